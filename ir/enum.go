package ir

import (
	"fmt"
	"slices"
	"strings"
)

// enumString gives the name of e, or kind(number) for a number without a name.
func enumString(kind string, e uint8, names []string) string {
	if int(e) < len(names) {
		return names[e]
	}
	return fmt.Sprintf("%s(%d)", kind, e)
}

// enumParse returns the number of a name.
func enumParse(kind string, text []byte, names []string) (uint8, error) {
	if i := slices.Index(names, string(text)); i >= 0 {
		return uint8(i), nil
	}
	return 0, fmt.Errorf("%q is no %s; there are %s", text, kind, strings.Join(names, ", "))
}

// enumCheck returns an error if a number has no name.
func enumCheck(kind string, e uint8, names []string) error {
	if int(e) < len(names) {
		return nil
	}
	return fmt.Errorf("there is no %s %d; there are %s", kind, e, strings.Join(names, ", "))
}
