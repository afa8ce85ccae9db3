package imagenet

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// The orders in which nets give the 1000 ImageNet classes.
const (
	// OrderSENet is that of the official SENet models: the ILSVRC devkit's.
	OrderSENet = "senet"
	// OrderSorted is that of nearly every other published model: by WordNet id.
	OrderSorted = "sorted"
)

// Classes holds the names of a net's outputs.
type Classes struct {
	// Order is OrderSENet or OrderSorted for the 1000 ImageNet classes in that
	// order, empty for other classes.
	Order string
	// Names holds the classes' names by index, synonyms separated by commas.
	Names []string
	// WNIDs holds their WordNet ids (n and eight digits), nil if unknown.
	WNIDs []string
}

// classesTSV has the ImageNet classes in the devkit's order, a line each: WordNet
// id, tab, name.
//
//go:embed classes.tsv
var classesTSV string

// orders holds the ImageNet classes in both orders and the maps between them.
type orders struct {
	senet, sorted  Classes
	toSorted, back []int
}

var imageNet = sync.OnceValue(func() (o orders) {
	for line := range strings.Lines(classesTSV) {
		wnid, name, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		o.senet.WNIDs = append(o.senet.WNIDs, wnid)
		o.senet.Names = append(o.senet.Names, name)
	}
	n := len(o.senet.Names)
	o.back = make([]int, n)
	for i := range n {
		o.back[i] = i
	}
	slices.SortFunc(o.back, func(a, b int) int { return strings.Compare(o.senet.WNIDs[a], o.senet.WNIDs[b]) })
	o.toSorted = make([]int, n)
	for sorted, senet := range o.back {
		o.toSorted[senet] = sorted
		o.sorted.WNIDs = append(o.sorted.WNIDs, o.senet.WNIDs[senet])
		o.sorted.Names = append(o.sorted.Names, o.senet.Names[senet])
	}
	o.senet.Order, o.sorted.Order = OrderSENet, OrderSorted
	return o
})

// SENetOrder returns the 1000 ImageNet classes in the official SENet models' order.
// The slices are the caller's.
func SENetOrder() *Classes { return imageNet().senet.clone() }

// SortedOrder returns the 1000 ImageNet classes in the order of their WordNet ids.
// The slices are the caller's.
func SortedOrder() *Classes { return imageNet().sorted.clone() }

func (c Classes) clone() *Classes {
	return &Classes{Order: c.Order, Names: slices.Clone(c.Names), WNIDs: slices.Clone(c.WNIDs)}
}

// SENetToSorted returns the index in the sorted order of class i of the SENet
// order. It panics unless 0 <= i < 1000.
func SENetToSorted(i int) int { return imageNet().toSorted[i] }

// SortedToSENet returns the index in the SENet order of class i of the sorted
// order. It panics unless 0 <= i < 1000.
func SortedToSENet(i int) int { return imageNet().back[i] }

// ClassesFromFile reads class names, one a line, blank lines only at the end. Where
// every line starts with a WordNet id and a space or tab, as in synset_words.txt
// ("n01440764 tench, Tinca tinca"), the ids are split off, and Order is set if
// they are ImageNet's.
func ClassesFromFile(r io.Reader) (*Classes, error) {
	lines, err := readLines(r)
	if err != nil {
		return nil, fmt.Errorf("reading class names: %w", err)
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("reading class names: there are none")
	}
	if i := slices.Index(lines, ""); i >= 0 {
		return nil, fmt.Errorf("reading class names: line %d is blank", i+1)
	}
	c := &Classes{Names: lines}
	if names, wnids := splitWNIDs(lines); wnids != nil {
		c.Names, c.WNIDs = names, wnids
		for _, known := range []Classes{imageNet().senet, imageNet().sorted} {
			if slices.Equal(wnids, known.WNIDs) {
				c.Order = known.Order
			}
		}
	}
	return c, nil
}

// splitWNIDs returns nil, nil unless every line has a WordNet id in front.
func splitWNIDs(lines []string) (names, wnids []string) {
	for _, line := range lines {
		at := strings.IndexAny(line, " \t")
		if at < 0 || !isWNID(line[:at]) {
			return nil, nil
		}
		wnids = append(wnids, line[:at])
		names = append(names, strings.TrimSpace(line[at:]))
	}
	return names, wnids
}

func isWNID(s string) bool {
	digits, ok := strings.CutPrefix(s, "n")
	return ok && len(digits) == 8 && strings.Trim(digits, "0123456789") == ""
}

// readLines reads a text's lines, without the byte order mark before the first and
// the white space around each.
func readLines(r io.Reader) ([]string, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine)
	var lines []string
	for scanner.Scan() {
		line := scanner.Text()
		if len(lines) == 0 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", len(lines)+1, err)
	}
	return lines, nil
}

// maxLine bounds a line of a text file.
const maxLine = 1 << 16
