package server

import (
	"net"
	"sync"
)

// rationed is a listener that accepts no more connections than there may be, and hangs up
// on an address that has its share of them.
type rationed struct {
	net.Listener
	slots      chan struct{}
	closed     chan struct{}
	perAddress int

	mu   sync.Mutex
	open map[address]int
}

func limitListener(l net.Listener, total, perAddress int) *rationed {
	return &rationed{Listener: l, slots: make(chan struct{}, total), closed: make(chan struct{}), perAddress: perAddress, open: map[address]int{}}
}

// Accept waits for a connection within the limits.
func (l *rationed) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			<-l.slots
			return nil, err
		}
		from := addressOf(c.RemoteAddr().String())
		if l.enter(from) {
			return &slot{Conn: c, leave: sync.OnceFunc(func() { l.leave(from) })}, nil
		}
		c.Close()
	}
}

// Close stops accepting. It is called once.
func (l *rationed) Close() error {
	close(l.closed)
	return l.Listener.Close()
}

func (l *rationed) enter(from address) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[from] >= l.perAddress {
		return false
	}
	l.open[from]++
	return true
}

func (l *rationed) leave(from address) {
	l.mu.Lock()
	if l.open[from]--; l.open[from] == 0 {
		delete(l.open, from)
	}
	l.mu.Unlock()
	<-l.slots
}

// slot is a connection that counts until it is closed.
type slot struct {
	net.Conn
	leave func()
}

func (s *slot) Close() error {
	defer s.leave()
	return s.Conn.Close()
}
