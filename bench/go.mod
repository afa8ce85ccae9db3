module github.com/prototxt2go/prototxt2go/bench

go 1.26.0

require (
	github.com/prototxt2go/prototxt2go v0.0.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/emicklei/proto v1.14.3 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.50.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/prototxt2go/prototxt2go => ../
