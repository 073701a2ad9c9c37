package board

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"veche.example/cmd/veche/internal/armour"
)

var here = [32]byte{1, 2, 3}

func message(id, data string) *Message {
	return &Message{Kind: "round1", ID: id, Context: here, Data: []byte(data)}
}

func post(t *testing.T, dir string, m *Message) string {
	path, err := Post(dir, m)
	require.NoError(t, err)
	return path
}

func TestCollectReadsWhatWasPosted(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "club.board")
	more := t.TempDir()
	require.Equal(t, filepath.Join(dir, "round1.ann.txt"), post(t, dir, message("ann", "a")))
	post(t, dir, message("bob", "b"))
	post(t, more, message("eve", ""))
	post(t, more, &Message{Kind: "round2", ID: "ann", Data: []byte("of another round and election")})
	alone := filepath.Join(t.TempDir(), "mail.txt")
	require.NoError(t, Write(alone, message("dan", "d")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "readme.txt"), []byte("hello"), 0o600))

	got, err := Collect(dir, []string{more, alone, filepath.Join(more, "round2.ann.txt")}, "round1", here)
	require.NoError(t, err)
	require.Len(t, got, 4)
	for id, data := range map[string]string{"ann": "a", "bob": "b", "eve": "", "dan": "d"} {
		require.Equal(t, data, string(got[id].Data))
		require.Equal(t, id, got[id].ID)
		require.FileExists(t, got[id].Path)
	}
	got, err = Collect(filepath.Join(dir, "none"), nil, "round1", here)
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestPostNeverReplacesAnotherMessage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := post(t, dir, message("ann", "a"))
	require.Equal(t, path, post(t, dir, message("ann", "a")))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	mailed := strings.ReplaceAll(string(text), "\n", "\r\n")
	require.NoError(t, os.WriteFile(path, []byte(mailed), 0o600))
	require.Equal(t, path, post(t, dir, message("ann", "a")), "the same message with other line ends")
	for _, other := range []*Message{message("ann", "b"), {Kind: "round1", ID: "ann", Data: []byte("a")}} {
		_, err = Post(dir, other)
		require.ErrorContains(t, err, path+": holds something else")
	}
	require.NoError(t, os.WriteFile(path, text[:50], 0o600))
	_, err = Post(dir, message("ann", "a"))
	require.ErrorContains(t, err, "holds something else")
	now, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, text[:50], now)
}

func TestCollectRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		arrange func(dir string) error
		fault   string
	}{
		"another election": {func(dir string) error {
			return Write(filepath.Join(dir, "round1.bob.txt"), &Message{Kind: "round1", ID: "bob", Data: []byte("b")})
		}, "round1.bob.txt: of another election"},
		"a file that is cut": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "round1.bob.txt"), message("bob", "b").Text()[:40], 0o600)
		}, "round1.bob.txt: truncated"},
		"an empty file": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "round1.bob.txt"), nil, 0o600)
		}, "round1.bob.txt: line 1"},
		"too few bytes": {func(dir string) error {
			short := &armour.Block{Type: "round1", ID: "bob", Data: make([]byte, 31)}
			return os.WriteFile(filepath.Join(dir, "round1.bob.txt"), short.Text(), 0o600)
		}, "round1.bob.txt: 31 bytes of data are too few"},
		"a folder in its place": {func(dir string) error {
			return os.Mkdir(filepath.Join(dir, "round1.bob.txt"), 0o700)
		}, "round1.bob.txt: not a regular file"},
		"a link to nothing": {func(dir string) error {
			return os.Symlink(filepath.Join(dir, "nothing"), filepath.Join(dir, "round1.bob.txt"))
		}, "round1.bob.txt: file does not exist"},
		"a second message under another name": {func(dir string) error {
			return Write(filepath.Join(dir, "round1.txt"), message("ann", "b"))
		}, "are two different messages of ann"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			post(t, dir, message("ann", "a"))
			require.NoError(t, c.arrange(dir))
			got, err := Collect(dir, nil, "round1", here)
			require.ErrorContains(t, err, c.fault)
			require.Nil(t, got)
		})
	}
	_, err := Collect(t.TempDir(), []string{filepath.Join(t.TempDir(), "missing.txt")}, "round1", here)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestTwoMessagesOfOneSenderAreKept(t *testing.T) {
	t.Parallel()
	a, b := t.TempDir(), t.TempDir()
	first, same, second := post(t, a, message("ann", "a")), filepath.Join(a, "round1.copy"), post(t, b, message("ann", "b"))
	require.NoError(t, Write(same, message("ann", "a")))
	_, err := Collect(a, nil, "round1", here)
	require.NoError(t, err, "one message in two files")
	_, err = Collect(a, []string{b}, "round1", here)
	var twice *TwiceError
	require.ErrorAs(t, err, &twice)
	require.Contains(t, []string{first, same}, twice.First.Path)
	require.Equal(t, second, twice.Second.Path)
	require.ErrorContains(t, err, second)
}
