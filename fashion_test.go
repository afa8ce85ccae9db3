package prototxt2go

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/models/fashion"
)

// fashionFolder is where Debian's dataset-fashion-mnist lies.
const fashionFolder = "/usr/share/datasets/fashion-mnist"

// TestFashionAnswersAsCaffe runs the embedded net over the whole test set: it must
// give Caffe's own number of right answers, and Caffe's probabilities.
func TestFashionAnswersAsCaffe(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 pictures are too many for -short")
	}
	var summary struct {
		Top1 int `json:"top1_correct"`
		Top5 int `json:"top5_correct"`
	}
	data, err := os.ReadFile(reftest.Path(t, "fashion", "summary.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &summary))
	want := conformance.ReadTensor(t, reftest.Path(t, "fashion", "test_prob.npy"))
	images, labels := fashionTestSet(t)
	net, err := Default(Options{})
	require.NoError(t, err)
	c, err := net.Classifier(net.Preset())
	require.NoError(t, err)

	const batch = 125
	top1, top5, classes := 0, 0, c.Classes()
	for first := 0; first < images.Count; first += batch {
		var part []*imagenet.Image
		for i := first; i < first+batch; i++ {
			part = append(part, images.Image(i))
		}
		got, err := c.Batch(t.Context(), part, false)
		require.NoError(t, err)
		for i, p := range got {
			for j := range p {
				require.InDelta(t, want.Data[(first+i)*classes+j], p[j], 1e-4)
			}
			for rank, prediction := range c.Top(p, 5) {
				if prediction.Index == int(labels[first+i]) {
					top5++
					if rank == 0 {
						top1++
					}
				}
			}
		}
	}
	require.Equal(t, summary.Top1, top1)
	require.Equal(t, summary.Top5, top5)
}

func fashionTestSet(t *testing.T) (*imagenet.IDXImages, []uint8) {
	f, err := os.Open(filepath.Join(fashionFolder, "t10k-images-idx3-ubyte.gz"))
	if err != nil {
		t.Skipf("no Fashion-MNIST: %v (Debian has it as dataset-fashion-mnist)", err)
	}
	defer f.Close()
	images, err := imagenet.ReadIDXImages(f)
	require.NoError(t, err)
	l, err := os.Open(filepath.Join(fashionFolder, "t10k-labels-idx1-ubyte.gz"))
	require.NoError(t, err)
	defer l.Close()
	labels, err := imagenet.ReadIDXLabels(l)
	require.NoError(t, err)
	return images, labels
}

// TestEmbeddedNetIsTheReferences keeps the embedded files as they were trained.
func TestEmbeddedNetIsTheReferences(t *testing.T) {
	for name, embedded := range map[string][]byte{"deploy.prototxt": fashion.Prototxt, "fashion.caffemodel": fashion.Weights} {
		want, err := os.ReadFile(reftest.Path(t, "fashion", name))
		require.NoError(t, err)
		require.Equal(t, want, embedded, name)
	}
}
