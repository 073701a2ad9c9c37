package report

import (
	"encoding/xml"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// browser runs a headless browser on a page and returns what it prints.
func browser(t *testing.T, page string, args ...string) string {
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("neither chromium nor google-chrome is installed")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	require.NoError(t, os.WriteFile(file, []byte(page), 0o644))
	args = append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + filepath.Join(dir, "profile")}, args...)
	out, err := exec.Command(program, append(args, "file://"+file)...).Output()
	require.NoError(t, err)
	return string(out)
}

// outline is the elements of a page, in order.
func outline(t *testing.T, page string) (out []string) {
	for _, e := range elements(t, page) {
		out = append(out, e.Name.Local)
	}
	return out
}

// A browser finds the elements that the template has, and no others.
func TestBrowserFindsNothingElse(t *testing.T) {
	t.Parallel()
	for _, s := range []string{strings.Join(hostile[:9], ""), "harmless"} {
		page := hostilePage(t, s)
		dom := browser(t, page, "--dump-dom")
		require.Equal(t, outline(t, page), outline(t, dom))
		for _, e := range elements(t, dom) {
			requireHarmless(t, e)
		}
	}
}

func requireHarmless(t *testing.T, e xml.StartElement) {
	require.Contains(t, tags, e.Name.Local)
	for _, a := range e.Attr {
		require.False(t, strings.HasPrefix(a.Name.Local, "on"), a.Name.Local)
	}
}

// Nothing sticks out of the page at the side, whatever the names are.
func TestPageFitsItsWindow(t *testing.T) {
	t.Parallel()
	const measure = `<script>parent.document.body.append(document.documentElement.clientWidth + " pixels hold " + document.documentElement.scrollWidth + ". ")</script></body>`
	frames, want := "<!DOCTYPE html><body>", 0
	for _, s := range append(hostile[9:], "short") {
		page := hostilePage(t, s)
		page = strings.Replace(strings.Replace(page, "default-src 'none'", "default-src 'unsafe-inline'", 1), "</body>", measure, 1)
		for _, width := range []int{320, 400, 1200} {
			frames += fmt.Sprintf(`<iframe width="%d" height="900" style="border:0" srcdoc="%s"></iframe>`, width, html.EscapeString(page))
			want++
		}
	}
	measured := regexp.MustCompile(`(\d+) pixels hold (\d+)\.`).FindAllStringSubmatch(browser(t, frames, "--dump-dom", "--window-size=1300,1000"), -1)
	require.Len(t, measured, want)
	for _, m := range measured {
		require.Equal(t, m[1], m[2])
	}
}

// The page prints, with everything that has a scroll bar on the screen.
func TestPagePrints(t *testing.T) {
	t.Parallel()
	r, extra := town(t)
	pdf := filepath.Join(t.TempDir(), "page.pdf")
	browser(t, render(t, r, extra), "--no-pdf-header-footer", "--print-to-pdf="+pdf)
	b, err := os.ReadFile(pdf)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(b), "%PDF-"))
}
