package clitest

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

func keys(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3)
	at := readJSON(ts, args[0])
	for part := range strings.SplitSeq(args[1], ".") {
		switch v := at.(type) {
		case map[string]any:
			if part != "" {
				at = v[part]
			}
		case []any:
			i, err := strconv.Atoi(part)
			ts.Check(err)
			at = v[i]
		}
	}
	object, ok := at.(map[string]any)
	if !ok {
		ts.Fatalf("%s has no object at %s, but %v", args[0], args[1], at)
	}
	have, want := slices.Sorted(maps.Keys(object)), slices.Sorted(strings.SplitSeq(args[2], ","))
	if !slices.Equal(have, want) {
		ts.Fatalf("%s has the keys %v at %s, want %v", args[0], have, args[1], want)
	}
}

func sameJSON(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, false, args, 3)
	a, b := readJSON(ts, args[0]), readJSON(ts, args[1])
	for key := range strings.SplitSeq(args[2], ",") {
		for _, v := range []any{a, b} {
			if object, ok := v.(map[string]any); ok {
				delete(object, key)
			}
		}
	}
	if same := reflect.DeepEqual(a, b); same == neg {
		ts.Fatalf("%v and %v: the same is %t", a, b, same)
	}
}

func readJSON(ts *testscript.TestScript, file string) any {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &v))
	return v
}
