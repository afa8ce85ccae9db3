package onnx

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/reftest"
)

// schemaFacts returns the number of each field and enum value of ONNX's schema, by
// message.name and type.
func schemaFacts(t *testing.T) map[string]string {
	data, err := os.ReadFile(reftest.Path(t, "schema", "onnx.tsv"))
	require.NoError(t, err)
	facts := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n")[1:] {
		f := strings.Split(line, "\t")
		facts[f[0]+"."+f[1]+" "+f[2]] = f[3]
	}
	return facts
}

// TestSchema holds every number of schema.go against the schema's table.
func TestSchema(t *testing.T) {
	facts := schemaFacts(t)
	file, err := parser.ParseFile(token.NewFileSet(), "schema.go", nil, parser.ParseComments)
	require.NoError(t, err)
	checked := 0
	for _, d := range file.Decls {
		group, ok := d.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, s := range group.Specs {
			spec := s.(*ast.ValueSpec)
			name := spec.Names[0].Name
			if name == "IRVersion" || name == "OpsetVersion" {
				continue
			}
			require.NotNil(t, spec.Comment, "%s does not say what it is", name)
			fact := strings.TrimSpace(spec.Comment.Text())
			require.Contains(t, facts, fact, name)
			require.Equal(t, facts[fact], spec.Values[0].(*ast.BasicLit).Value, "%s, %s", name, fact)
			checked++
		}
	}
	require.Equal(t, 50, checked, "constants")
	require.Equal(t, facts["Version.IR_VERSION enum value"], "8")
	require.EqualValues(t, 8, IRVersion)
}
