package box

import "golang.org/x/mod/sumdb/tlog"

// hashTile is a tile of hashes with its contents.
type hashTile struct {
	tlog.Tile
	hashes []tlog.Hash
}

func (t hashTile) bytes() []byte {
	b := make([]byte, 0, len(t.hashes)*tlog.HashSize)
	for i := range t.hashes {
		b = append(b, t.hashes[i][:]...)
	}
	return b
}

// edge is the right edge of a Merkle tree: all that is needed to add leaves to it.
// The zero value is the empty tree. It implements X1 and X2 of docs/spec/box.md;
// RFC 6962, section 2.1.
type edge struct {
	size   int64
	levels [][]tlog.Hash // of every level of tiles the last one, never full
}

// add appends a leaf and returns the tiles that it has filled, lowest first.
func (e *edge) add(h tlog.Hash) (filled []hashTile) {
	e.size++
	for level := 0; ; level++ {
		if level == len(e.levels) {
			e.levels = append(e.levels, nil)
		}
		tile := append(e.levels[level], h)
		if len(tile) < fullWidth {
			e.levels[level] = tile
			return filled
		}
		e.levels[level] = nil
		n := e.size>>(height*(level+1)) - 1
		filled = append(filled, hashTile{tlog.Tile{H: height, L: level, N: n, W: fullWidth}, tile})
		h = subtree(tile)
	}
}

// subtree returns the hash of a complete subtree: the number of hashes is a power of two.
func subtree(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	half := len(hashes) / 2
	return tlog.NodeHash(subtree(hashes[:half]), subtree(hashes[half:]))
}

// partial returns the tiles that are not full, lowest first.
func (e *edge) partial() (tiles []hashTile) {
	for level, hashes := range e.levels {
		if len(hashes) > 0 {
			n := e.size >> (height * (level + 1))
			tiles = append(tiles, hashTile{tlog.Tile{H: height, L: level, N: n, W: len(hashes)}, hashes})
		}
	}
	return tiles
}

// root returns the tree's hash: that of the complete subtrees, joined from the
// smallest, which is the rightmost.
func (e *edge) root() (root tlog.Hash) {
	if e.size == 0 {
		root, _ = tlog.TreeHash(0, nil)
		return root
	}
	joined := false
	for _, tile := range e.levels {
		for end := len(tile); end > 0; end &= end - 1 {
			left := subtree(tile[end&(end-1) : end])
			if joined {
				left = tlog.NodeHash(left, root)
			}
			root, joined = left, true
		}
	}
	return root
}
