package transcript

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// names collects the protocol names in the module's code, by what they are used for.
type names struct {
	t      *testing.T
	consts map[string]string          // folder/identifier → string
	used   map[string]map[string]bool // name → kinds
}

// kinds is what a call makes of the name in its argument with the given index.
var kinds = map[string]struct {
	arg  int
	kind string
	args int // the number of arguments that distinguishes it from calls of the same name
}{
	"transcript.New":        {0, "proof", 2},
	"transcript.Hash":       {0, "hash", 0},
	"transcript.NewWeights": {0, "weights", 2},
	"nonces":                {0, "nonces", 4},
	"Sign":                  {0, "signature", 3},
	"Verify":                {0, "signature", 4},
	"VerifySignature":       {1, "signature", 6},
	"digestOf":              {0, "hash", 2},
}

// TestProtocolTable compares the table of docs/spec/transcript.md with the code: a
// name that is missing there, or is used for two things, is a fault.
func TestProtocolTable(t *testing.T) {
	t.Parallel()
	n := &names{t, map[string]string{}, map[string]map[string]bool{}}
	files := n.parse("../..")
	for path, f := range files {
		n.constants(filepath.Dir(path), f)
	}
	for path, f := range files {
		ast.Inspect(f, func(node ast.Node) bool { n.visit(filepath.Dir(path), node); return true })
	}
	table := protocolTable(t)
	for name, kinds := range n.used {
		require.Len(t, kinds, 1, "%s is used for several things", name)
		require.Contains(t, table, name, "docs/spec/transcript.md has no line for %q", name)
		for kind := range kinds {
			require.Contains(t, table[name], kind, "%s", name)
		}
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(table)), slices.Collect(maps.Keys(n.used)), "the table has a name that nothing uses")
}

// parse reads the module's code without tests and examples.
func (n *names) parse(root string) map[string]*ast.File {
	files, set := map[string]*ast.File{}, token.NewFileSet()
	require.NoError(n.t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() && (base == "examples" || base == "testdata" || path != root && strings.HasPrefix(base, ".")) {
			return fs.SkipDir
		}
		if strings.HasSuffix(base, ".go") && !strings.HasSuffix(base, "_test.go") {
			f, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			files[path] = f
		}
		return nil
	}))
	return files
}

func (n *names) constants(dir string, f *ast.File) {
	ast.Inspect(f, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			for k, v := range spec.Values {
				if s, ok := literal(v); ok && k < len(spec.Names) {
					n.consts[dir+"/"+spec.Names[k].Name] = s
				}
			}
		}
		return true
	})
}

func literal(e ast.Expr) (string, bool) {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		s, err := strconv.Unquote(lit.Value)
		return s, err == nil
	}
	return "", false
}

func (n *names) visit(dir string, node ast.Node) {
	switch x := node.(type) {
	case *ast.CallExpr:
		if k, ok := kinds[callee(x)]; ok && len(x.Args) > k.arg && (k.args == 0 || k.args == len(x.Args)) {
			n.add(dir, x.Args[k.arg], k.kind)
		}
	case *ast.KeyValueExpr:
		if key, ok := x.Key.(*ast.Ident); ok && key.Name == "Protocol" {
			n.add(dir, x.Value, "proof")
		}
	}
}

// callee is "transcript.F" for a function of this package and "F" for any other.
func callee(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && x.Name == "transcript" {
			return "transcript." + f.Sel.Name
		}
		return f.Sel.Name
	}
	return ""
}

// add records a name; an argument that is a variable is one that a caller gives.
func (n *names) add(dir string, arg ast.Expr, kind string) {
	name, ok := literal(arg)
	if id, isIdent := arg.(*ast.Ident); isIdent && !ok {
		name, ok = n.consts[dir+"/"+id.Name]
	}
	if !ok {
		return
	}
	if n.used[name] == nil {
		n.used[name] = map[string]bool{}
	}
	n.used[name][kind] = true
}

// protocolTable reads the lines "| `name` | kind | … |"; a kind may say more than
// one word.
func protocolTable(t *testing.T) map[string]string {
	raw, err := os.ReadFile("../../docs/spec/transcript.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(raw), "## Protocol names\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	table := map[string]string{}
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) > 3 && strings.HasPrefix(strings.TrimSpace(cells[1]), "`") {
			name := strings.Trim(cells[1], " `")
			require.NotContains(t, table, name, "two lines")
			table[name] = cells[2]
			if _, page, ok := strings.Cut(cells[3], "]("); ok { // the page speaks of it
				page, _, _ = strings.Cut(page, ")")
				text, err := os.ReadFile(filepath.Join("../../docs/spec", page))
				require.NoError(t, err)
				require.Contains(t, string(text), name, page)
			}
		}
	}
	return table
}
