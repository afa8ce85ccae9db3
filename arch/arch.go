package arch

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/internal/nearest"
)

const (
	// publishedReduction is the ratio of all published nets: of those that
	// arXiv:1709.01507 compares, the one that it settles on.
	publishedReduction = 16
	// narrowestMap is the smallest number of channels that any published net
	// squeezes: conv2_x's and inception_3a's.
	narrowestMap = 256
)

// Options are how a net differs from the published one. The zero value gives the
// published one.
type Options struct {
	// Reduction is how many channels of the map one channel of the squeezed
	// layer stands for, 1 to 256; a quotient is rounded down. 0 is the published
	// 16.
	Reduction int
	// SEStages are the stages whose blocks have squeeze-and-excitation: of 2 to
	// 5, which are conv2_x to conv5_x, or for SE-BN-Inception of 3 to 5, which are
	// inception_3 to inception_5. Empty is all.
	SEStages []int
	// NoSE leaves squeeze-and-excitation out everywhere. It goes with no
	// Reduction and no SEStages.
	NoSE bool
}

// Names returns the names of the published architectures, family by family.
func Names() []string {
	names := make([]string, len(architectures))
	for i, a := range architectures {
		names[i] = a.name
	}
	return names
}

// New returns the net of that name, whose letters may be of either case: one
// image of 3×224×224 in, the probabilities of 1000 classes out, no weights. The
// net is the caller's.
//
// A net with the published options, said or not, has the name that the published
// file gives it, such as "SE-ResNeXt-50 (32 x 4d)" or "SENet". Another's name
// tells the options: "SE-ResNet-50-r8" reduces by 8, "SE-ResNet-50-s34" has
// squeeze-and-excitation in stages 3 and 4, "ResNet-50" in none. Without it
// SENet-154 is "ResNeXt-154": it comes from a ResNeXt-152 and has two more
// convolutions in its stem.
//
// Blocks without squeeze-and-excitation end in Eltwise, which adds map and
// shortcut as Axpy does and keeps its name and top; those of BN-Inception end in
// their Concat, which the next module reads.
//
// An unknown name or a bad option is an error.
func New(name string, o Options) (*caffe.Net, error) {
	i := slices.IndexFunc(architectures, func(a architecture) bool { return strings.EqualFold(a.name, name) })
	if i < 0 {
		return nil, fmt.Errorf("no architecture is called %q%s: there are %s", name, nearest.Hint(name, Names()), strings.Join(Names(), ", "))
	}
	a := architectures[i]
	e, err := a.excitation(o)
	if err != nil {
		return nil, fmt.Errorf("architecture %s: %w", a.name, err)
	}
	return caffe.NewNet(a.message(e))
}

// excitation says which blocks have squeeze-and-excitation, and how narrow.
type excitation struct {
	reduction int
	// stages are ascending.
	stages []int
}

func (a architecture) excitation(o Options) (excitation, error) {
	if o.NoSE {
		if o.Reduction != 0 || len(o.SEStages) > 0 {
			return excitation{}, fmt.Errorf("without squeeze-and-excitation there is no reduction and no stage to choose")
		}
		return excitation{}, nil
	}
	e := excitation{reduction: o.Reduction, stages: slices.Sorted(slices.Values(o.SEStages))}
	if o.Reduction == 0 {
		e.reduction = publishedReduction
	}
	if e.reduction < 1 || e.reduction > narrowestMap {
		return excitation{}, fmt.Errorf("reduction must be 1 to %d, have %d", narrowestMap, e.reduction)
	}
	all := a.trunk.stages()
	if len(e.stages) == 0 {
		e.stages = all
	}
	for i, s := range e.stages {
		if !slices.Contains(all, s) {
			return excitation{}, fmt.Errorf("its stages are %d to %d, have %d", all[0], all[len(all)-1], s)
		}
		if i > 0 && s == e.stages[i-1] {
			return excitation{}, fmt.Errorf("stage %d is given twice", s)
		}
	}
	return e, nil
}

// netName returns the name of the net with that excitation.
func (a architecture) netName(e excitation) string {
	if len(e.stages) == 0 {
		return a.plain
	}
	variant := ""
	if e.reduction != publishedReduction {
		variant += "-r" + strconv.Itoa(e.reduction)
	}
	if !slices.Equal(e.stages, a.trunk.stages()) {
		variant += "-s"
		for _, s := range e.stages {
			variant += strconv.Itoa(s)
		}
	}
	if variant == "" {
		return a.title
	}
	return a.name + variant
}

// message returns the NetParameter.
func (a architecture) message(e excitation) *caffe.Message {
	b := newBuilder(a.netName(e), e)
	blob := b.input("data", 1, 3, 224, 224)
	for _, c := range a.stem {
		blob = b.normalized(c.name, blob, convolution{outputs: c.outputs, kernel: c.kernel, stride: c.stride})
		b.relu(c.relu, blob)
		if c.pool != "" {
			blob = b.pool(c.pool, blob, pooling{method: "MAX", kernel: 3, stride: 2})
		}
	}
	blob = a.trunk.build(b, blob)
	blob = b.pool("pool5/7x7_s1", blob, pooling{method: "AVE", kernel: 7, stride: 1})
	if a.dropout > 0 {
		b.dropout("pool5/dropout_7x7_s1", blob, a.dropout)
	}
	blob = b.innerProduct("classifier", blob, 1000)
	b.layer("prob", "Softmax", "prob", blob)
	return b.net
}
