package prototxt2go

import (
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/models/fashion"
)

// Preset says how pictures become a net's input and what its outputs mean.
type Preset struct {
	// Name is the known net's, or "" where the rest is an assumption.
	Name       string
	Preprocess imagenet.Preprocess
	// Classes is nil where nothing is known of the outputs.
	Classes *imagenet.Classes
}

// known maps the fingerprints of nets whose preset is known to their names.
var known = map[string]string{
	"e62ff690a84d2be483fa02aaf49598ad415c57392db2a15812e68d6f14ce8ea0": "SE-BN-Inception",
	"03f0455df444a87484d767ff7aed7ebac8310bd93f0751219d731d12a2fab8cc": "SE-ResNet-50",
	"96c72cc37f588e4b394eb9644d8853357dd96d1fcaa64602dd75a8bd29ec1a65": "SE-ResNet-101",
	"e1bc576638d83e5d3be5659e4bc1188d0f26df4ccd3310a22e4bea87f0912d83": "SE-ResNet-152",
	"10f7094834fd55577c0405a3fb69160a1e69fbdb83b327668980981c13266e9f": "SE-ResNeXt-50",
	"3a89ea58fe5311257515873aaef191941cb0397f2c3bed68acb488b9834346ec": "SE-ResNeXt-101",
	"694d7b65430031cec54cec761dbf0d1bb24f65e335e881f7e9716f17b7976854": "SENet-154",
	"1c25959b324672d67e8df017e431e3c91674a6268d00a108a26ca9c8937811a3": fashionName,
}

// presetOf recognises a net by its structure. Of another net with 1000 outputs it
// assumes the order of nearly all published models, and of the pictures what the
// official SENets take, scaled to the size of the input.
func presetOf(g *ir.Graph) Preset {
	switch name := known[g.Fingerprint()]; name {
	case "":
		return assumedPreset(g)
	case fashionName:
		return Preset{Name: name, Preprocess: fashion.Preprocess(), Classes: fashion.Classes()}
	default:
		return Preset{Name: name, Preprocess: imagenet.SENet(), Classes: imagenet.SENetOrder()}
	}
}

const fashionName = "SE-ResNet-14-Fashion"

func assumedPreset(g *ir.Graph) Preset {
	var p Preset
	if out := classOutput(g); out != nil && classCount(out) == 1000 {
		p.Classes = imagenet.SortedOrder()
	}
	if len(g.Inputs) != 1 || g.Inputs[0].Type.Rank() != 4 {
		return p
	}
	shape := g.Inputs[0].Type.Shape
	p.Preprocess = imagenet.SENet()
	p.Preprocess.CropH, p.Preprocess.CropW = shape[2], shape[3]
	if shape[1] == 1 {
		p.Preprocess = imagenet.Preprocess{CropH: shape[2], CropW: shape[3], FitH: shape[2], FitW: shape[3], Gray: true}
	} else {
		p.Preprocess.ResizeShorter = (max(shape[2], shape[3])*8 + 3) / 7
	}
	return p
}

// classOutput returns the one output that can be classes: N×C, or N×C×1×1. It is
// nil where there is none or more than one.
func classOutput(g *ir.Graph) *ir.Value {
	var found *ir.Value
	for _, v := range g.Outputs {
		if v.Def == nil || v.Type.Rank() < 2 || classCount(v)*v.Type.Shape[0] != v.Type.Count() {
			continue
		}
		if found != nil {
			return nil
		}
		found = v
	}
	return found
}

func classCount(v *ir.Value) int { return v.Type.Shape[1] }
