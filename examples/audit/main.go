// Command audit verifies a published election record from nothing but its files:
//
//	go run ./examples/audit DIR
//
// It exits with 0 if the record is verified, with 1 if the verification failed,
// after listing the findings (the first 1,000 of each check), and with 2 if there is no verdict because the
// directory cannot be read or the command was misused. "go run" turns every failure into 1:
// build the command to tell 1 from 2.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"veche.example/internal/progress"
	"veche.example/tally/verify"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, out, errs io.Writer) int {
	if len(args) != 1 || args[0] == "" || args[0][0] == '-' {
		fmt.Fprintln(errs, "usage: audit DIR, the directory of a published record")
		return 2
	}
	var tasks progress.Phases
	report, err := verify.Record(ctx, os.DirFS(args[0]), func(phase verify.Phase, done, total uint64) {
		tasks.Set("verifying the "+string(phase), done, total)
	})
	tasks.Done()
	if err != nil {
		fmt.Fprintf(errs, "audit: no verdict on %s: %v\n", args[0], err)
		return 2
	}
	fmt.Fprint(out, report.Text())
	if !report.Verified() {
		fmt.Fprintf(out, "NOT VERIFIED: record %s\n", args[0])
		return 1
	}
	fmt.Fprintf(out, "verified: %d ballots count, record %s\n", report.Counted, args[0])
	return 0
}
