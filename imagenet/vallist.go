package imagenet

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Labelled is one line of a validation list.
type Labelled struct {
	// File is the image's name as the list has it.
	File string
	// Label is the index of its class, in whichever order the list was made for.
	Label int
}

// ReadValList reads a validation list, a line an image: the file's name, which may
// hold spaces, white space, the label. Blank lines are passed over. Labels run
// from 0 to classes-1. The error joins one a bad line, each with name and line
// number; a list without images is an error too.
func ReadValList(r io.Reader, name string, classes int) ([]Labelled, error) {
	lines, err := readLines(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var list []Labelled
	var problems []error
	for i, line := range lines {
		if line == "" {
			continue
		}
		item, err := parseLabelled(line, classes)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: %w", name, i+1, err))
			continue
		}
		list = append(list, item)
	}
	if len(list) == 0 && len(problems) == 0 {
		problems = append(problems, fmt.Errorf("%s: no images are listed", name))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return list, nil
}

// parseLabelled parses a line without white space around it.
func parseLabelled(line string, classes int) (Labelled, error) {
	at := strings.LastIndexAny(line, " \t")
	if at < 0 {
		return Labelled{}, fmt.Errorf("expected a file and a label, have %s", quoteShort(line))
	}
	file, text := strings.TrimSpace(line[:at]), line[at+1:]
	label, err := strconv.Atoi(text)
	if err != nil {
		return Labelled{}, fmt.Errorf("label %s is not a number", quoteShort(text))
	}
	if label < 0 || label >= classes {
		return Labelled{}, fmt.Errorf("label %d is not from 0 to %d", label, classes-1)
	}
	return Labelled{File: file, Label: label}, nil
}

// quoteShort quotes the start of a text that may be anything.
func quoteShort(s string) string {
	const most = 60
	if len(s) > most {
		return strconv.Quote(s[:most]) + "…"
	}
	return strconv.Quote(s)
}
