package server

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"veche.example/cmd/veche/internal/server/trial"
	"veche.example/proofs"
)

var long = flag.Bool("long", false, "run the tests that take minutes")

// childVariable names the file from which the test binary, run again as a server of its
// own, reads what to serve.
const childVariable = "VECHE_TEST_BOX"

func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		if err := serveChild(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	os.Exit(m.Run())
}

// child is what a child serves.
type child struct {
	Dir       string
	Key       []byte
	FileLimit uint64 // bytes of the longest file that the system lets it write, 0 for any
	Limits    Limits
	Order     string
}

// serveChild serves until SIGTERM, and prints the address first.
func serveChild(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var c child
	if err := json.Unmarshal(b, &c); err != nil {
		return err
	}
	if err := limitFiles(c.FileLimit); err != nil {
		return err
	}
	key, err := proofs.ParseSigningKey(c.Key)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	box, err := Open(ctx, Config{Dir: c.Dir, Key: key, Limits: c.Limits, Order: c.Order,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + l.Addr().String())
	return box.Serve(ctx, l)
}

// limitFiles makes the disk look full: a longer file cannot be written.
func limitFiles(bytes uint64) error {
	if bytes == 0 {
		return nil
	}
	signal.Ignore(syscall.SIGXFSZ)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: bytes})
}

// process is a running child.
type process struct {
	*exec.Cmd
	url        string
	complaints *strings.Builder // what it wrote to standard error, complete when it has ended
}

// lenient lets a crowd that comes from one address do as it likes.
var lenient = Limits{RequestsPerAddress: Rate{1e9, 1e9}, QueuePerAddress: 4096, ConnectionsPerAddress: 4096}

func newChild(e *trial.Election) child {
	return child{Dir: e.Dir, Key: e.Key.Bytes(), Limits: lenient}
}

// run starts a child process.
func (c child) run(t testing.TB) *process {
	b, err := json.Marshal(c)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "child.json")
	require.NoError(t, os.WriteFile(path, b, 0o600))
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childVariable+"="+path)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	complaints := new(strings.Builder)
	cmd.Stderr = complaints
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		cmd.Wait()
		require.NoError(t, err, complaints.String())
	}
	return &process{cmd, strings.TrimSpace(line), complaints}
}

// kill ends the child as a crash does.
func (p *process) kill(t testing.TB) {
	require.NoError(t, p.Process.Signal(syscall.SIGKILL))
	p.Wait()
}

// stop ends the child as an operator does.
func (p *process) stop(t testing.TB) {
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.Wait())
}

// fixture is a box in this process, for the tests that look inside.
type fixture struct {
	*trial.Election
	t      testing.TB
	config Config
	box    *Box
	url    string
	stop   func() error
}

func newElection(t testing.TB, voters int) *trial.Election {
	e, err := trial.New(filepath.Join(t.TempDir(), "election"), voters, 3)
	require.NoError(t, err)
	return e
}

// newFixture opens and serves a box for some voters, with its configuration edited.
func newFixture(t testing.TB, voters int, edit func(c *Config)) *fixture {
	e := newElection(t, voters)
	f := &fixture{Election: e, t: t, config: configOf(t, e)}
	edit(&f.config)
	f.start()
	return f
}

func same(*Config) {}

func configOf(t testing.TB, e *trial.Election) Config {
	return Config{Dir: e.Dir, Key: e.Key, Limits: lenient,
		Order: e.Dir + ".close", Logger: slog.New(slog.DiscardHandler)}
}

// start opens and serves the box.
func (f *fixture) start() {
	b, err := Open(context.Background(), f.config)
	require.NoError(f.t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(f.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- b.Serve(ctx, l) }()
	stopped := false
	f.box, f.url = b, "http://"+l.Addr().String()
	f.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-served
	}
	f.t.Cleanup(func() { f.stop() })
}

// restart stops the box and opens it again.
func (f *fixture) restart() {
	require.NoError(f.t, f.stop())
	f.start()
}

func (f *fixture) post(path string, body []byte) ([]byte, error) {
	return trial.Post(f.t.Context(), web, f.url+path, body)
}

func (f *fixture) get(path string) ([]byte, error) { return trial.Get(f.t.Context(), web, f.url+path) }

var web = trial.Client(256)

// votes returns a first vote of every voter.
func votes(t testing.TB, e *trial.Election) []trial.Vote {
	v, err := e.Votes(1)
	require.NoError(t, err)
	return v
}

// requireStatus checks that an answer is a refusal of this kind.
func requireStatus(t testing.TB, status int, err error) {
	var got *trial.StatusError
	require.True(t, errors.As(err, &got), "status %d expected, got %v", status, err)
	require.Equal(t, status, got.Status, got.Text)
}

// soon waits until something is true.
func soon(t testing.TB, what func() bool) {
	require.Eventually(t, what, 30*time.Second, 20*time.Millisecond)
}
