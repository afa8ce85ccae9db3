//go:build unix

package cli

import (
	"syscall"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// TestSignal shows that a signal ends the context of a command.
func TestSignal(t *testing.T) {
	root, _, stderr := program(func(cmd *cobra.Command) error {
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
			return err
		}
		<-cmd.Context().Done()
		return cmd.Context().Err()
	})
	require.Equal(t, ExitInterrupted, Main(root, []string{"work"}))
	require.Equal(t, "tool: interrupted\n", stderr.String())
}
