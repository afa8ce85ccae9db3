package caffe

import (
	"fmt"
	"strings"
)

// WeightsReport tells what became of the layers of weight files.
type WeightsReport struct {
	// Files are the names of the files, in the order of loading.
	Files []string
	// Loaded counts the layers of the net that got blobs.
	Loaded int
	// Ignored are the layers with blobs of a file that the net does not have.
	Ignored []string
}

// LoadWeights gives each layer of the net the blobs of the first layer of the
// same name in the weights, as Caffe does for binary files: by name alone, in the
// order of the files, so that a later file replaces what an earlier one gave.
// Whether the shapes fit is known when the net is imported.
func (n *Net) LoadWeights(weights ...*Net) *WeightsReport {
	byName := map[string]*Layer{}
	for _, l := range n.Layers {
		if byName[l.Name] == nil {
			byName[l.Name] = l
		}
	}
	report := &WeightsReport{}
	loaded := map[*Layer]bool{}
	for _, w := range weights {
		report.Files = append(report.Files, w.File)
		for _, source := range w.Layers {
			target := byName[source.Name]
			switch {
			case target != nil:
				target.Blobs, target.Weights = source.Blobs, w.File
				loaded[target] = len(source.Blobs) > 0
			case len(source.Blobs) > 0:
				report.Ignored = append(report.Ignored, source.Name)
			}
		}
	}
	for _, has := range loaded {
		if has {
			report.Loaded++
		}
	}
	return report
}

// ReadMean reads a mean image, such as imagenet_mean.binaryproto: one BlobProto.
func ReadMean(name string, data []byte) (*Blob, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("%s: the file is empty", name)
	}
	return newWireDecoder(name, data).blob(wireField{payload: data})
}

// Summary gives the report in words, with what the net's own layers lacked and
// what was reshaped, as the importer found it.
func (r *WeightsReport) Summary(missing, reshaped []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d layers got weights of %s", r.Loaded, strings.Join(r.Files, ", "))
	for _, part := range []struct {
		what  string
		names []string
	}{{"kept their fillers", missing}, {"were ignored", r.Ignored}, {"were reshaped", reshaped}} {
		if len(part.names) > 0 {
			fmt.Fprintf(&b, "; %d %s: %s", len(part.names), part.what, strings.Join(part.names, ", "))
		}
	}
	return b.String()
}
