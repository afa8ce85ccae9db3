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
// Whether the shapes fit is known when the net is imported. The layers are changed
// for every net that ForState gave them to.
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
	if len(r.Files) == 0 && len(missing) > 0 {
		return fmt.Sprintf("no weights were given: %s %s from fillers", counted(len(missing)), verb(missing, "has them", "have them"))
	}
	parts := []string{fmt.Sprintf("%s got weights from %s", counted(r.Loaded), strings.Join(r.Files, ", "))}
	if len(r.Files) == 0 {
		parts = nil
	}
	for _, part := range []struct {
		names     []string
		one, many string
	}{
		{missing, "is not in the files and keeps its fillers", "are not in the files and keep their fillers"},
		{r.Ignored, "is not in the net and was ignored", "are not in the net and were ignored"},
		{reshaped, "was reshaped", "were reshaped"},
	} {
		if len(part.names) > 0 {
			parts = append(parts, fmt.Sprintf("%s %s (%s)", counted(len(part.names)), verb(part.names, part.one, part.many), strings.Join(part.names, ", ")))
		}
	}
	return strings.Join(parts, "; ")
}

func counted(layers int) string {
	if layers == 1 {
		return "1 layer"
	}
	return fmt.Sprintf("%d layers", layers)
}

func verb(names []string, one, many string) string {
	if len(names) == 1 {
		return one
	}
	return many
}
