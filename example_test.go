package prototxt2go_test

import (
	"context"
	"fmt"
	"log"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/imagenet"
)

// Load a net with its weights and name what is in a picture.
func Example() {
	net, err := prototxt2go.Load("models/fashion/deploy.prototxt", "models/fashion/fashion.caffemodel")
	if err != nil {
		log.Fatal(err)
	}
	img, err := imagenet.DecodeFile("models/fashion/samples/5_sandal.png")
	if err != nil {
		log.Fatal(err)
	}
	predictions, err := net.Classify(context.Background(), img, 2)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range predictions {
		fmt.Printf("%.1f %% %s\n", 100*p.Probability, p.Name)
	}
	// Output:
	// 99.8 % Sandal
	// 0.1 % Sneaker
}
