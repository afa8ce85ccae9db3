package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/prototxt2go/prototxt2go/internal/nearest"
)

// usageError is an error in how a command was called.
type usageError struct{ error }

// Unwrap returns what is wrong.
func (e usageError) Unwrap() error { return e.error }

// Usagef returns an error in how a command was called, which ends it with
// ExitUsage.
func Usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// NoArgs refuses arguments.
func NoArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return Usagef("%s takes no arguments, %q is one", cmd.Name(), args[0])
	}
	return nil
}

// OneArg demands one argument, which what describes, as in "a net".
func OneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return Usagef("%s takes one argument, has %d: %s", cmd.Name(), len(args), strings.Join(args, " "))
		}
		return SomeArgs(what)(cmd, args)
	}
}

// SomeArgs demands an argument, which what describes, or more.
func SomeArgs(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return Usagef("%s needs %s", cmd.Name(), what)
		}
		return nil
	}
}

// knownCommand refuses the name of a command that a program does not have.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return Usagef("there is no command %q%s: there are %s", args[0], nearest.Hint(args[0], names), strings.Join(names, ", "))
}

// flagError makes an error of usage of a flag's, with the nearest name for one
// that there is not.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usageError{err}
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := nearest.Name(unknown.GetSpecifiedName(), names); near != "" {
		return Usagef("%w (did you mean --%s?)", err, near)
	}
	return usageError{err}
}
