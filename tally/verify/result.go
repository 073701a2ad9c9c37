package verify

import (
	"bytes"
	"errors"

	"veche.example/ballot/box"
	"veche.example/tally/record"
)

func (v *verifier) checkResult() error {
	c := v.check(Result)
	c.Items = len(v.manifest.Contests)
	result, err := v.aggregate.Result(v.votes, v.closing.Digest(v.election))
	if err != nil {
		c.fail(record.ResultFile, "%v", err)
		return nil
	}
	v.report.Result = result
	want := result.Bytes()
	published, err := v.in.Result(len(want))
	if err != nil {
		if err := unreadable(c, record.ResultFile, err); !errors.Is(err, errStop) {
			return err
		}
		return nil
	}
	if bytes.Equal(published, want) {
		v.compare(record.ResultFile, box.Result, record.ResultEntry(want))
	} else {
		line, want, got := difference(want, published)
		c.fail(record.ResultFile, "line %d is %q, recomputed %q", line, got, want)
	}
	return nil
}

// difference returns the first line in which two texts differ.
func difference(want, got []byte) (line int, w, g string) {
	wants, gots := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	for i := range max(len(wants), len(gots)) {
		w, g = "(nothing)", "(nothing)"
		if i < len(wants) {
			w = string(wants[i])
		}
		if i < len(gots) {
			g = string(gots[i][:min(len(gots[i]), 200)])
		}
		if w != g {
			return i + 1, w, g
		}
	}
	return 0, "", ""
}
