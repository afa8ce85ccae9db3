package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// program returns a root with one command that ends as it is told.
func program(end func(cmd *cobra.Command) error) (root *cobra.Command, stdout, stderr *bytes.Buffer) {
	work := &cobra.Command{Use: "work", Short: "Work", Args: NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return end(cmd) }}
	work.Flags().Bool("quick", false, "work fast")
	root = Root(&cobra.Command{Use: "tool", Short: "Test", Long: "tool is for tests."}, work)
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	root.SetOut(stdout)
	root.SetErr(stderr)
	return root, stdout, stderr
}

func TestExit(t *testing.T) {
	for _, c := range []struct {
		name   string
		err    error
		code   int
		stderr string
	}{
		{"ok", nil, ExitOK, ""},
		{"input", errors.New("x.npy: broken"), ExitInput, "tool: x.npy: broken\n"},
		{"two problems", errors.New("a:1: bad\na:2: bad"), ExitInput, "tool: a:1: bad\na:2: bad\n"},
		{"exists", fmt.Errorf("creating: %w", fs.ErrExist), ExitInput, "tool: creating: file already exists\n"},
		{"usage", Usagef("give a %s", "file"), ExitUsage, "tool: give a file\n\nSee 'tool work --help'.\n"},
		{"usage within", fmt.Errorf("before: %w", Usagef("bad")), ExitUsage, "tool: before: bad\n\nSee 'tool work --help'.\n"},
		{"interrupted", context.Canceled, ExitInterrupted, "tool: interrupted\n"},
		{"interrupted in a run", fmt.Errorf("run graph: %w", context.Canceled), ExitInterrupted, "tool: interrupted\n"},
		{"interrupted and more", errors.Join(errors.New("close"), context.Canceled), ExitInterrupted, "tool: interrupted\n"},
		{"reader gone", fmt.Errorf("write: %w", syscall.EPIPE), ExitOK, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			root, stdout, stderr := program(func(*cobra.Command) error { return c.err })
			require.Equal(t, c.code, Main(root, []string{"work"}))
			require.Equal(t, c.stderr, stderr.String())
			require.Empty(t, stdout.String())
		})
	}
}

func TestMainUse(t *testing.T) {
	for _, c := range []struct {
		args   []string
		code   int
		stderr string
	}{
		{[]string{"work"}, ExitOK, ""},
		{[]string{"work", "--quick"}, ExitOK, ""},
		{[]string{}, ExitOK, ""},
		{[]string{"help"}, ExitOK, ""},
		{[]string{"help", "work"}, ExitOK, ""},
		{[]string{"wrok"}, ExitUsage, "tool: there is no command \"wrok\": there are completion, work\n\nSee 'tool --help'.\n"},
		{[]string{"works"}, ExitUsage, "tool: there is no command \"works\" (did you mean work?): there are completion, work\n\nSee 'tool --help'.\n"},
		{[]string{"help", "works"}, ExitUsage, "tool: there is no command \"works\" (did you mean work?): there are completion, work\n\nSee 'tool help --help'.\n"},
		{[]string{"work", "--quik"}, ExitUsage, "tool: unknown flag: --quik (did you mean --quick?)\n\nSee 'tool work --help'.\n"},
		{[]string{"work", "--zzzzzz"}, ExitUsage, "tool: unknown flag: --zzzzzz\n\nSee 'tool work --help'.\n"},
		{[]string{"work", "--quick=maybe"}, ExitUsage, "tool: invalid argument \"maybe\" for \"--quick\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax\n\nSee 'tool work --help'.\n"},
		{[]string{"work", "-x"}, ExitUsage, "tool: unknown shorthand flag: 'x' in -x\n\nSee 'tool work --help'.\n"},
		{[]string{"work", "more"}, ExitUsage, "tool: work takes no arguments, \"more\" is one\n\nSee 'tool work --help'.\n"},
		{[]string{"completion", "bash", "more"}, ExitUsage, "tool: unknown command \"more\" for \"tool completion bash\"\n\nSee 'tool completion bash --help'.\n"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			root, _, stderr := program(func(*cobra.Command) error { return nil })
			require.Equal(t, c.code, Main(root, c.args))
			require.Equal(t, c.stderr, stderr.String())
		})
	}
}

func TestHelp(t *testing.T) {
	root, stdout, _ := program(nil)
	require.Equal(t, ExitOK, Main(root, []string{"help", "work"}))
	require.Contains(t, stdout.String(), "--quick")
	direct, directOut, _ := program(nil)
	require.Equal(t, ExitOK, Main(direct, []string{"work", "--help"}))
	require.Equal(t, directOut.String(), stdout.String())
	version, versionOut, _ := program(nil)
	require.Equal(t, ExitOK, Main(version, []string{"--version"}))
	require.Equal(t, "tool "+Version()+"\n", versionOut.String())
}

func TestArgs(t *testing.T) {
	cmd := &cobra.Command{Use: "dump NET"}
	require.NoError(t, NoArgs(cmd, nil))
	require.NoError(t, OneArg("a net")(cmd, []string{"a"}))
	require.NoError(t, SomeArgs("a net")(cmd, []string{"a", "b"}))
	for want, err := range map[string]error{
		`dump takes no arguments, "a" is one`: NoArgs(cmd, []string{"a"}),
		"dump needs a net":                    OneArg("a net")(cmd, nil),
		"dump needs nets":                     SomeArgs("nets")(cmd, nil),
		"dump takes one argument, has 2: a b": OneArg("a net")(cmd, []string{"a", "b"}),
	} {
		require.EqualError(t, err, want)
		var usage usageError
		require.ErrorAs(t, err, &usage)
	}
}
