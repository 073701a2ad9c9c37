package source

import (
	"fmt"
	"strconv"
	"strings"
)

// level is the files of one level of tiles: some full ones, and the width of one that is not.
type level struct{ full, width int64 }

func levelOf(size int64, hashesBelow int) level {
	n := size >> (8 * hashesBelow)
	return level{n >> 8, n & 255}
}

func (l level) files() int64 { return l.full + min(l.width, 1) }

// tiles lists a folder of a log of so many entries. The parts of its path begin with tile.
// A tile's number stands in groups of three digits, all but the last with an x in front.
func tiles(size int64, parts []string) (found []child) {
	if len(parts) == 0 {
		return folderIf(levelOf(size, 0).files() > 0, "tile")
	}
	if len(parts) == 1 {
		for l := 0; levelOf(size, l).files() > 0; l++ {
			found = append(found, child{strconv.Itoa(l), true})
		}
		return append(found, folderIf(size > 0, "entries")...)
	}
	l := 0
	if parts[1] != "entries" {
		l, _ = strconv.Atoi(parts[1])
	}
	if l > 7 {
		return nil
	}
	at, groups := levelOf(size, l), parts[2:]
	if len(groups) > 0 && strings.HasSuffix(groups[len(groups)-1], ".p") {
		return at.partial(groups)
	}
	return at.in(number(groups), len(groups))
}

func folderIf(there bool, name string) []child {
	if there {
		return []child{{name, true}}
	}
	return nil
}

// number is what groups of three digits say; more of them than there can be are 0.
func number(groups []string) (n int64) {
	if len(groups) > 4 {
		return 0
	}
	for _, g := range groups {
		digits, _ := strconv.Atoi(strings.Trim(g, "x.p"))
		n = 1000*n + int64(digits)
	}
	return n
}

// partial lists the folder of the tile that is not full.
func (l level) partial(groups []string) []child {
	n := number(groups)
	if l.width == 0 || n != l.full || tileName(n) != strings.Join(groups, "/") {
		return nil
	}
	return []child{{name: strconv.FormatInt(l.width, 10)}}
}

// tileName is the folder of a tile that is not full, below that of its level.
func tileName(n int64) string {
	name := fmt.Sprintf("%03d.p", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		name = fmt.Sprintf("x%03d/%s", n%1000, name)
	}
	return name
}

// in lists the folder of all tiles whose numbers begin with so many groups: the tiles of
// one group more, then the folders of more groups.
func (l level) in(prefix int64, groups int) (found []child) {
	if groups > 0 && prefix == 0 {
		return nil
	}
	for n := 1000 * prefix; n < 1000*(prefix+1) && n < l.files(); n++ {
		if n < l.full {
			found = append(found, child{name: fmt.Sprintf("%03d", n%1000)})
		} else {
			found = append(found, child{fmt.Sprintf("%03d.p", n%1000), true})
		}
	}
	for n := max(1, 1000*prefix); n < 1000*(prefix+1) && 1000*n < l.files(); n++ {
		found = append(found, child{fmt.Sprintf("x%03d", n%1000), true})
	}
	return found
}
