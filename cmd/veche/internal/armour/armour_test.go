package armour

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// data returns n bytes that are not all alike.
func data(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return b
}

func block(n int) *Block { return &Block{Type: "round1", ID: "ann", Data: data(n)} }

func TestTextIsStable(t *testing.T) {
	t.Parallel()
	b := &Block{Type: "round1", ID: "ann.chair", Data: []byte("what a trustee says to the others, in more than a line")}
	require.Equal(t, `veche/v1 round1 ann.chair
d2hhdCBhIHRydXN0ZWUgc2F5cyB0byB0aGUgb3RoZXJzLCBpbiBtb3JlIHRoYW4g
YSBsaW5l
sum 32bef26d7f6724571156f30b40cad2bc
`, string(b.Text()))
	require.Equal(t, "round1.ann.chair.txt", b.File())
}

func TestParseReadsWhatTextWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringMatching(`[a-z0-9-]{1,64}`)
		b := &Block{
			Type: part.Draw(t, "type"),
			ID:   strings.Join(rapid.SliceOfN(part, 1, 3).Draw(t, "id"), "."),
			Data: rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "data"),
		}
		text := b.Text()
		require.True(t, Is(text))
		got, err := Parse(text)
		require.NoError(t, err)
		require.Equal(t, b, got)
	})
}

func TestMailMayChangeLineEndsAndSpaceAround(t *testing.T) {
	t.Parallel()
	b := block(100)
	text := string(b.Text())
	for _, s := range []string{
		strings.ReplaceAll(text, "\n", "\r\n"), "\n\n  " + text + "\r\n\t ", strings.TrimSpace(text),
	} {
		require.True(t, Is([]byte(s)))
		got, err := Parse([]byte(s))
		require.NoError(t, err, "%q", s)
		require.Equal(t, b, got)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	text := string(block(100).Text()) // two full lines and a short one
	lines := strings.SplitAfter(text, "\n")
	replace := func(old, new string) string { return strings.Replace(text, old, new, 1) }
	line := func(i int, new string) string {
		l := append([]string(nil), lines...)
		l[i] = new
		return strings.Join(l, "")
	}
	for name, c := range map[string]struct{ text, fault string }{
		"nothing":                     {"", "line 1"},
		"white space":                 {" \n\n", "line 1"},
		"another version":             {replace("veche/v1", "veche/v2"), "line 1"},
		"no type":                     {replace(" round1", ""), "line 1"},
		"a word too many":             {replace("ann", "ann lee"), "line 1"},
		"two spaces":                  {replace("round1 ann", "round1  ann"), "line 1"},
		"capitals in the type":        {replace("round1", "Round1"), "line 1: type"},
		"a type that is a path":       {replace("round1", "../round1"), "line 1: type"},
		"an id that is a path":        {replace("ann", "../ann"), "line 1: id"},
		"an id of four parts":         {replace("ann", "a.b.c.d"), "line 1: id"},
		"an id with an empty part":    {replace("ann", "a..b"), "line 1: id"},
		"an id that begins with a .":  {replace("ann", ".ann"), "line 1: id"},
		"an id too long":              {replace("ann", strings.Repeat("a", 65)), "line 1: id"},
		"another id":                  {replace("ann", "bob"), "line 5: the sum is"},
		"another type":                {replace("round1", "round2"), "line 5: the sum is"},
		"an empty line inside":        {line(2, "\n"+lines[2]), "line 3: not base64"},
		"a line missing":              {line(2, ""), "line 4: the sum is"},
		"lines changed places":        {lines[0] + lines[2] + lines[1] + lines[3] + lines[4], "line 5: the sum is"},
		"the short line first":        {lines[0] + lines[3] + lines[1] + lines[2] + lines[4], "line 3: every line"},
		"a line of 65 characters":     {line(1, "A"+lines[1]), "line 2: every line"},
		"a line of 63 characters":     {line(1, lines[1][1:]), "line 2: not base64"},
		"a line of 60 characters":     {line(1, lines[1][4:]), "line 3: every line"},
		"a space inside":              {line(1, lines[1][:9]+" "+lines[1][10:]), "line 2: not base64"},
		"a carriage return inside":    {line(3, lines[3][:2]+"\r"+lines[3][2:]), "line 4: not base64"},
		"the URL alphabet":            {line(1, "-"+lines[1][1:]), "line 2: not base64"},
		"padding in a full line":      {line(1, lines[1][:61]+"A==\n"), "line 3: every line"},
		"bits after the end":          {line(3, "oaivtr==\n"), "line 4: not base64"},
		"no padding":                  {strings.Replace(text, "=", "", 2), "line 4: not base64"},
		"no sum":                      {strings.Join(lines[:4], ""), "truncated after line 4"},
		"half a line and no sum":      {text[:100], "line 3"},
		"no data":                     {lines[0] + lines[4], "0 bytes of data"},
		"a sum of another length":     {replace("sum ", "sum 0"), "line 5: the sum is"},
		"a sum in capitals":           {line(4, strings.ToUpper(lines[4])), "line 5"},
		"an empty sum":                {line(4, "sum \n"), "line 5"},
		"text after the sum":          {text + "x", "line 6: text after the sum"},
		"two blocks":                  {text + text, "line 6: text after the sum"},
		"text before the block":       {"Dear all,\n" + text, "line 1"},
		"a quoted reply":              {"> " + strings.ReplaceAll(text, "\n", "\n> "), "line 1"},
		"bytes that are not UTF-8":    {"veche/v1 round1 \xff\n" + lines[1] + lines[4], "line 1: id"},
		"a byte order mark":           {"\ufeff" + text, "line 1"},
		"a record's file":             {"veche/v1 ceremony\n" + lines[1], "line 1"},
		"a first line without an end": {strings.Repeat("v", 1<<20), "line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := Parse([]byte(c.text))
			require.ErrorContains(t, err, c.fault)
			require.Nil(t, b)
			require.Less(t, len(err.Error()), 400)
		})
	}
}

func TestEveryChangedByteIsNoticed(t *testing.T) {
	t.Parallel()
	text := block(100).Text()
	for i := range text[:len(text)-1] { // the last line feed may be missing or another space
		for bit := range 8 {
			bad := bytes.Clone(text)
			bad[i] ^= 1 << bit
			if bad[i] == '\r' && text[i] == '\n' {
				continue
			}
			_, err := Parse(bad)
			require.Error(t, err, "byte %d bit %d", i, bit)
		}
		_, err := Parse(text[:i])
		require.Error(t, err, "cut to %d", i)
	}
}

func TestTextPanicsOnFieldsThatNobodyCouldRead(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]*Block{
		"no data":    {Type: "a", ID: "b"},
		"no type":    {ID: "b", Data: data(1)},
		"no id":      {Type: "a", Data: data(1)},
		"a space":    {Type: "a", ID: "b c", Data: data(1)},
		"a line end": {Type: "a\n", ID: "b", Data: data(1)},
	} {
		require.Panics(t, func() { b.Text() }, name)
	}
	require.NoError(t, CheckID("ann-1"))
	for _, id := range []string{"", "Ann", "a.b", "a/b", "ä", strings.Repeat("a", 65)} {
		require.Error(t, CheckID(id), id)
	}
}

func TestIsTellsBlocksFromOtherFiles(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "veche/v1", "veche/v1 ceremony\n\x00\x00 ", "veche/v10 a b\n", "{", "veche/v1 a b c\n"} {
		require.False(t, Is([]byte(s)), "%q", s)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(block(1).Text())
	f.Add(block(100).Text())
	f.Add([]byte("veche/v1 a b\n" + base64.StdEncoding.EncodeToString(data(48)) + "\nsum 00"))
	f.Add(bytes.ReplaceAll(block(96).Text(), []byte("\n"), []byte("\r\n")))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := Parse(text)
		if err != nil {
			require.Nil(t, b)
			return
		}
		require.True(t, Is(text))
		plain := bytes.ReplaceAll(bytes.Trim(text, " \r\n\t"), []byte("\r\n"), []byte("\n"))
		require.Equal(t, string(plain)+"\n", string(b.Text()), "there is one text of a block")
	})
}
