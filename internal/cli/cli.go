// Package cli holds what the commands have in common: how they are called, how
// they end, how they print, how they show progress and how they name a net.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes of all commands.
const (
	ExitOK          = 0
	ExitInput       = 1
	ExitUsage       = 2
	ExitInterrupted = 130
)

// Root finishes the root command of a program: its commands, its version, its
// completion and how errors are told.
func Root(root *cobra.Command, commands ...*cobra.Command) *cobra.Command {
	root.Version = Version()
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.Args = knownCommand
	root.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(commands...)
	root.SetHelpCommand(newHelp(root))
	return root
}

// newHelp returns the command that shows another's help.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil {
				return err
			}
			if cmd == root {
				if err := knownCommand(root, rest); err != nil {
					return err
				}
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}

// Main runs a program and returns its exit code. Ctrl-C ends the context that the
// commands get; a second one ends the program at once.
func Main(root *cobra.Command, args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	return exit(root.ErrOrStderr(), cmd, err)
}

// exit tells an error and returns the code for it.
func exit(stderr io.Writer, cmd *cobra.Command, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(stderr, "%s: interrupted\n", cmd.Root().Name())
		return ExitInterrupted
	case errors.Is(err, syscall.EPIPE):
		return ExitOK
	case errors.As(err, &usage) || strings.HasPrefix(err.Error(), "unknown command"):
		fmt.Fprintf(stderr, "%s: %v\n\nSee '%s --help'.\n", cmd.Root().Name(), err, cmd.CommandPath())
		return ExitUsage
	default:
		fmt.Fprintf(stderr, "%s: %v\n", cmd.Root().Name(), err)
		return ExitInput
	}
}

// Version returns the program's version as the Go toolchain recorded it, with the
// toolchain and the platform.
func Version() string {
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = strings.Trim(info.Main.Version, "()")
	}
	return fmt.Sprintf("%s (%s, %s/%s)", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
