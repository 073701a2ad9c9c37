// Package policy holds tests of the module's structure: which package may
// import which, and what may never be imported where.
package policy

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "veche.example/"

// arrows says, package by package, what it may import besides the standard
// library. A line grants what stands right of "<" to the packages on its left.
const arrows = `
internal/parallel     <
internal/durable      <
internal/agefile      < filippo.io/age
internal/wire         < golang.org/x/crypto/cryptobyte
internal/rejecttest   < github.com/stretchr/testify/require
internal/vectors      < github.com/stretchr/testify/require
tally/count           <
elgamal/group         < filippo.io/edwards25519 github.com/cloudflare/circl/math/fp25519 internal/parallel
proofs/transcript     < elgamal/group
elgamal               < elgamal/group internal/wire
proofs                < elgamal elgamal/group proofs/transcript internal/wire internal/parallel
elgamal/threshold     < elgamal elgamal/group proofs proofs/transcript internal/wire internal/parallel
elgamal/threshold/vault < elgamal/threshold internal/agefile internal/durable
mixnet                < elgamal elgamal/group proofs proofs/transcript internal/wire internal/parallel
ballot/box            < internal/durable internal/wire golang.org/x/mod/sumdb/note golang.org/x/mod/sumdb/tlog
ballot                < elgamal elgamal/group proofs proofs/transcript internal/wire internal/parallel golang.org/x/mod/sumdb/note
tally                 < ballot mixnet elgamal elgamal/group elgamal/threshold proofs proofs/transcript tally/count internal/wire internal/parallel
tally/record          < internal/durable tally ballot mixnet ballot/box elgamal elgamal/group elgamal/threshold proofs proofs/transcript tally/count internal/wire internal/parallel golang.org/x/mod/sumdb/note golang.org/x/mod/sumdb/tlog
tally/verify          < tally/record tally ballot mixnet ballot/box elgamal elgamal/group elgamal/threshold proofs proofs/transcript tally/count internal/wire internal/parallel golang.org/x/mod/sumdb/tlog
internal/benchtable    <
internal/chart <
internal/progress < github.com/vbauerster/mpb/v8 github.com/vbauerster/mpb/v8/decor golang.org/x/term
`

// users may import every library package and the heavy parts.
var users = []string{"cmd/", "examples/", "internal/progress"}

// heavy parts hang from users alone, and from internal/progress that only they import.
var heavy = []string{
	"github.com/vbauerster/mpb/v8", "golang.org/x/term", "github.com/alecthomas/kong", "github.com/transparency-dev/tessera",
}

// forbidden names, for a folder and all below it, packages that its code never imports.
var forbidden = map[string][]string{
	"elgamal": {"encoding/json", "reflect", "unsafe", "math/rand", "math/rand/v2", "net", "net/http"},
	"proofs":  {"encoding/json", "reflect", "unsafe", "math/rand", "math/rand/v2", "net", "net/http"},
	"mixnet":  {"encoding/json", "reflect", "unsafe", "math/rand", "math/rand/v2", "net", "net/http"},
	"ballot":  {"unsafe", "math/rand", "math/rand/v2", "net", "net/http"},
	"tally":   {"unsafe", "math/rand", "math/rand/v2", "net", "net/http"},
}

// auditorsModules are all the modules outside the standard library that the
// verifier may reach, directly or not; x/sys comes with circl's CPU detection.
var auditorsModules = []string{
	"filippo.io/edwards25519", "golang.org/x/crypto", "golang.org/x/sys",
	"github.com/cloudflare/circl", "golang.org/x/mod",
}

func goList(t *testing.T, args ...string) []string {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func TestImportsFollowTheArrows(t *testing.T) {
	t.Parallel()
	allowed := map[string][]string{}
	for line := range strings.Lines(arrows) {
		if from, to, ok := strings.Cut(line, "<"); ok {
			allowed[strings.TrimSpace(from)] = strings.Fields(to)
		}
	}
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module)
		if slices.ContainsFunc(users, func(u string) bool { return strings.HasPrefix(pkg, u) }) && allowed[pkg] == nil {
			continue
		}
		if len(fields) == 1 {
			continue // tests only
		}
		to, known := allowed[pkg]
		require.True(t, known, "package %s has no line in the arrows", pkg)
		for _, imp := range fields[1:] {
			short := strings.TrimPrefix(imp, module)
			require.True(t, standard(imp) || slices.Contains(to, short), "%s must not import %s", pkg, short)
		}
	}
}

func TestHeavyPartsHangFromUsersAlone(t *testing.T) {
	t.Parallel()
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module)
		if slices.ContainsFunc(users, func(u string) bool { return strings.HasPrefix(pkg, u) }) {
			continue
		}
		for _, imp := range fields[1:] {
			require.NotContains(t, heavy, imp, "%s imports %s", pkg, imp)
		}
	}
}

func TestForbiddenImports(t *testing.T) {
	t.Parallel()
	for folder, never := range forbidden {
		for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./"+folder+"/...") {
			for _, imp := range strings.Fields(line)[1:] {
				require.NotContains(t, never, imp, line)
			}
		}
	}
}

func TestAuditorsReachFewModules(t *testing.T) {
	t.Parallel()
	for _, path := range goList(t, "-deps", "-f", "{{if .Module}}{{.Module.Path}}{{end}}", "./tally/verify") {
		if path != "" && path != strings.TrimSuffix(module, "/") {
			require.Contains(t, auditorsModules, path)
		}
	}
}

func TestTopLevelHoldsOnlyWhatTheLayoutSays(t *testing.T) {
	t.Parallel()
	layout := []string{
		"elgamal", "mixnet", "proofs", "ballot", "tally", "examples", "go.mod", "go.sum", "README.md",
		"cmd", "internal", "docs", "LICENSE", "CHANGELOG.md", "SECURITY.md",
	}
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	require.NoError(t, err)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			require.Contains(t, layout, e.Name())
		}
	}
}

func TestFilesAreOneIdeaEach(t *testing.T) {
	t.Parallel()
	const limit = 400
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		require.LessOrEqual(t, strings.Count(string(b), "\n"), limit, path)
		return nil
	})
	require.NoError(t, err)
}

// TestReadmeShowsTheProgramThatRuns compares the README's election with the
// example that the tests compile and run.
func TestReadmeShowsTheProgramThatRuns(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	prose := regexp.MustCompile(`(?m)^\|.*\n`).ReplaceAllString(string(readme), "") // tables grow by a row for each benchmark
	require.LessOrEqual(t, strings.Count(prose, "\n"), 125, "the README must stay short")
	program, err := os.ReadFile(filepath.Join(root, "examples", "hello", "main.go"))
	require.NoError(t, err)
	require.Less(t, strings.Count(string(program), "\n"), 50)
	_, main, ok := strings.Cut(string(program), "func main() {")
	require.True(t, ok)
	require.Contains(t, string(readme), "func main() {"+main+"```")
}
