// Command benchtable turns the output of go test -bench, on standard input, into
// the table of the README named on its command line, between its two markers.
// .ci/bench runs it.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

const (
	begin = "<!-- benchmarks: written by .ci/bench -->\n"
	end   = "<!-- end of benchmarks -->\n"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: benchtable README.md < benchmark output")
		os.Exit(2)
	}
	if err := update(os.Args[1], os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
}

func update(readme string, in io.Reader) error {
	table, err := table(in)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	before, rest, ok1 := strings.Cut(string(b), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s: no markers %q and %q", readme, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return os.WriteFile(readme, []byte(before+begin+table+end+after), 0o644)
}

// line is a benchmark's name, the cores that it ran on, and its measurements. go
// test leaves out the number of cores where it is 1.
var line = regexp.MustCompile(`^Benchmark(\S+?)(?:-(\d+))?\s+\d+\t(.*)$`)

func table(in io.Reader) (string, error) {
	var b strings.Builder
	b.WriteString("\n| benchmark | cores | measured |\n|---|---|---|\n")
	cpu, rows := "", 0
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if model, ok := strings.CutPrefix(lines.Text(), "cpu: "); ok {
			cpu = model
		}
		m := line.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		cores := m[2]
		if cores == "" {
			cores = "1"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m[1], cores, metrics(m[3]))
		rows++
	}
	if rows == 0 {
		return "", errors.New("no benchmark lines on standard input")
	}
	fmt.Fprintf(&b, "\nMachine: %s, virtual. Ratios travel; times do not.\n", cpu)
	return b.String(), lines.Err()
}

// metrics drops what the table does not show: allocations, and the time of one
// round where a benchmark reports ratios.
func metrics(s string) string {
	var kept []string
	for field := range strings.SplitSeq(s, "\t") {
		field = strings.Join(strings.Fields(field), " ")
		if field == "" || strings.HasSuffix(field, "B/op") || strings.HasSuffix(field, "allocs/op") {
			continue
		}
		kept = append(kept, field)
	}
	if len(kept) > 1 && strings.HasSuffix(kept[0], " ns/op") {
		kept = kept[1:]
	}
	return strings.Join(kept, ", ")
}
