package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// Format is the flag that chooses between text for people and JSON.
type Format struct {
	name string
	json bool
}

// AddFormat adds --format and --json to a command.
func AddFormat(cmd *cobra.Command) *Format {
	f := &Format{}
	cmd.Flags().StringVar(&f.name, "format", "text", "output format: text or json")
	cmd.Flags().BoolVar(&f.json, "json", false, "short for --format json")
	Complete(cmd, "format", "text", "json")
	return f
}

// JSON reports whether JSON is asked for. An unknown format is an error of usage.
func (f *Format) JSON() (bool, error) {
	switch {
	case f.json || f.name == "json":
		return true, nil
	case f.name == "text":
		return false, nil
	}
	return false, Usagef("there is no format %q: text or json", f.name)
}

// WriteJSON writes a value as indented JSON.
func WriteJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

// Complete makes the shell offer these values for a flag.
func Complete(cmd *cobra.Command, flag string, values ...string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err)
	}
}

// NetName gives a net's name to print.
func NetName(name string) string {
	if name == "" {
		return "net without a name"
	}
	return name
}

// Counted gives a number of things, as in "1 layer" and "2 layers".
func Counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
