package main

import (
	"testing"

	"github.com/prototxt2go/prototxt2go/internal/cli/clitest"
)

func TestMain(m *testing.M) { clitest.Main(m, "prototxt2go", main) }

func TestScripts(t *testing.T) { clitest.Run(t, "testdata/script") }
