package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/runtime"
)

// serveCommand makes this program our side: serve WEIGHTS THREADS BATCH.
const serveCommand = "serve"

// startOurs starts this program as our side.
func startOurs(weights string, threads, batch int) (*side, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(exec.Command(self, serveCommand, weights, fmt.Sprint(threads), fmt.Sprint(batch)))
}

// serve loads a caffemodel and answers what it is asked.
func serve(args []string) error {
	threads, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	batch, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	begin := time.Now()
	model, session, err := load(args[0], threads, batch)
	if err != nil {
		return err
	}
	say := json.NewEncoder(os.Stdout)
	plan := session.Plan()
	if err := say.Encode(ready{Load: milliseconds(time.Since(begin)), MultiplyAdds: plan.Graph().Cost().MultiplyAdds}); err != nil {
		return err
	}
	if err := fillInputs(session); err != nil {
		return err
	}
	for asked := bufio.NewScanner(os.Stdin); asked.Scan(); {
		var d done
		if asked.Text() == "peak" {
			d.Peak = model.PeakGFLOPS(threads)
		} else {
			begin = time.Now()
			if err := session.Run(context.Background()); err != nil {
				return err
			}
			d.MS = milliseconds(time.Since(begin))
		}
		if err := say.Encode(d); err != nil {
			return err
		}
	}
	return nil
}

func load(file string, threads, batch int) (*runtime.Model, *runtime.Session, error) {
	net, err := caffe.ReadFile(file, caffe.Options{})
	if err != nil {
		return nil, nil, err
	}
	r, err := importer.Import(net, importer.Options{})
	if err != nil {
		return nil, nil, err
	}
	model, err := runtime.NewModel(r.Graph, runtime.Options{})
	if err != nil {
		return nil, nil, err
	}
	shapes := map[string][]int{}
	for _, v := range r.Graph.Inputs {
		shapes[v.Name] = append([]int{batch}, v.Type.Shape[1:]...)
	}
	plan, err := model.Plan(shapes)
	if err != nil {
		return nil, nil, err
	}
	session, err := plan.NewSession(threads)
	return model, session, err
}

func fillInputs(s *runtime.Session) error {
	random := rand.New(rand.NewPCG(1, 2))
	for name := range s.Plan().Inputs() {
		x, err := s.Input(name)
		if err != nil {
			return err
		}
		for i := range x {
			x[i] = 255*random.Float32() - 128
		}
	}
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
