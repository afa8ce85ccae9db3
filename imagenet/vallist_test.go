package imagenet_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/imagenet"
)

func TestReadValList(t *testing.T) {
	text := "\ufeffILSVRC2012_val_00000001.JPEG 489\r\n\r\n  my holiday photos/a 1.jpg \t 0 \n\nb.png\t999"
	got, err := imagenet.ReadValList(strings.NewReader(text), "val.txt", 1000)
	require.NoError(t, err)
	require.Equal(t, []imagenet.Labelled{
		{File: "ILSVRC2012_val_00000001.JPEG", Label: 489},
		{File: "my holiday photos/a 1.jpg", Label: 0},
		{File: "b.png", Label: 999},
	}, got)
}

func TestReadValListReportsAll(t *testing.T) {
	text := "a.jpg 1\nb.jpg\nc.jpg x1\n\nd.jpg -1\ne.jpg 10\nf.jpg 9\ng.jpg 99999999999999999999\n" + strings.Repeat("h", 100) + "\n"
	_, err := imagenet.ReadValList(strings.NewReader(text), "val.txt", 10)
	require.EqualError(t, err, strings.Join([]string{
		`val.txt:2: expected a file and a label, have "b.jpg"`,
		`val.txt:3: label "x1" is not a number`,
		`val.txt:5: label -1 is not from 0 to 9`,
		`val.txt:6: label 10 is not from 0 to 9`,
		`val.txt:8: label "99999999999999999999" is not a number`,
		`val.txt:9: expected a file and a label, have "` + strings.Repeat("h", 60) + `"…`,
	}, "\n"))
}

func TestReadValListRefuses(t *testing.T) {
	_, err := imagenet.ReadValList(strings.NewReader(" \n\n"), "val.txt", 10)
	require.ErrorContains(t, err, "val.txt: no images are listed")
	_, err = imagenet.ReadValList(strings.NewReader("a 1\n"+strings.Repeat("x", 1<<17)), "val.txt", 10)
	require.ErrorContains(t, err, "val.txt: line 2: ")
	_, err = imagenet.ReadValList(brokenReader{}, "val.txt", 10)
	require.ErrorContains(t, err, "closed pipe")
}
