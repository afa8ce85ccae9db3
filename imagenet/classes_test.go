package imagenet_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
)

func TestClassesReference(t *testing.T) {
	data, err := os.ReadFile(reftest.Path(t, "imagenet", "classes.tsv"))
	require.NoError(t, err)
	senet, sorted := imagenet.SENetOrder(), imagenet.SortedOrder()
	rows := strings.Split(strings.TrimSpace(string(data)), "\n")[1:]
	require.Len(t, rows, 1000)
	for _, row := range rows {
		fields := strings.Split(row, "\t")
		require.Len(t, fields, 4)
		i, err := strconv.Atoi(fields[0])
		require.NoError(t, err)
		j, err := strconv.Atoi(fields[1])
		require.NoError(t, err)
		require.Equal(t, j, imagenet.SENetToSorted(i))
		require.Equal(t, i, imagenet.SortedToSENet(j))
		require.Equal(t, fields[2:], []string{senet.WNIDs[i], senet.Names[i]})
		require.Equal(t, fields[2:], []string{sorted.WNIDs[j], sorted.Names[j]})
	}
}

func TestClassOrders(t *testing.T) {
	senet, sorted := imagenet.SENetOrder(), imagenet.SortedOrder()
	for _, c := range []*imagenet.Classes{senet, sorted} {
		require.Len(t, c.Names, 1000)
		require.Len(t, c.WNIDs, 1000)
	}
	require.Equal(t, imagenet.OrderSENet, senet.Order)
	require.Equal(t, imagenet.OrderSorted, sorted.Order)
	require.IsIncreasing(t, sorted.WNIDs)
	require.Equal(t, "tench, Tinca tinca", sorted.Names[0])
	require.Equal(t, "kit fox, Vulpes macrotis", senet.Names[0])
	for i := range 1000 {
		require.Equal(t, i, imagenet.SortedToSENet(imagenet.SENetToSorted(i)))
	}
	senet.Names[0] = "changed"
	require.NotEqual(t, "changed", imagenet.SENetOrder().Names[0], "the slices are the caller's")
}

func TestClassesFromFile(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       imagenet.Classes
	}{
		{"names", "T-shirt/top\nAnkle boot\n", imagenet.Classes{Names: []string{"T-shirt/top", "Ankle boot"}}},
		{"Windows", "\ufeffa b\r\n c \r\n\r\n\r\n", imagenet.Classes{Names: []string{"a b", "c"}}},
		{"no newline", "one", imagenet.Classes{Names: []string{"one"}}},
		{"synsets", "n01440764 tench, Tinca tinca\nn01443537\tgoldfish\n",
			imagenet.Classes{Names: []string{"tench, Tinca tinca", "goldfish"}, WNIDs: []string{"n01440764", "n01443537"}}},
		{"not all synsets", "n01440764 tench\nn0144353x goldfish\n", imagenet.Classes{Names: []string{"n01440764 tench", "n0144353x goldfish"}}},
		{"ids alone", "n01440764\nn01443537\n", imagenet.Classes{Names: []string{"n01440764", "n01443537"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := imagenet.ClassesFromFile(strings.NewReader(test.text))
			require.NoError(t, err)
			require.Equal(t, &test.want, got)
		})
	}
}

func TestClassesFromFileKnowsTheOrder(t *testing.T) {
	for _, want := range []*imagenet.Classes{imagenet.SENetOrder(), imagenet.SortedOrder()} {
		var text strings.Builder
		for i, name := range want.Names {
			fmt.Fprintf(&text, "%s %s\n", want.WNIDs[i], name)
		}
		got, err := imagenet.ClassesFromFile(strings.NewReader(text.String()))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestClassesFromFileRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "there are none",
		"\n\n":                             "there are none",
		"a\n\nb\n":                         "line 2 is blank",
		"a\n" + strings.Repeat("x", 1<<17): "line 2: ",
	} {
		_, err := imagenet.ClassesFromFile(strings.NewReader(text))
		require.ErrorContains(t, err, want)
	}
	_, err := imagenet.ClassesFromFile(brokenReader{})
	require.ErrorContains(t, err, "closed pipe")
}
