package count

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPrefLib(t *testing.T) {
	t.Parallel()
	r := profile("abcd", "2 b>a", "1 a>b>c>d", "3 b>a", "4 ", "5 d")
	soi, err := SOI.Write(r, "board", "The board")
	require.NoError(t, err)
	require.Equal(t, `# FILE NAME: board.soi
# TITLE: The board
# DESCRIPTION: 
# DATA TYPE: soi
# MODIFICATION TYPE: original
# RELATES TO: 
# RELATED FILES: 
# PUBLICATION DATE: 
# MODIFICATION DATE: 
# NUMBER ALTERNATIVES: 4
# NUMBER VOTERS: 11
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: a
# ALTERNATIVE NAME 2: b
# ALTERNATIVE NAME 3: c
# ALTERNATIVE NAME 4: d
5: 2,1
5: 4
1: 1,2,3,4
`, string(soi))
	toc, err := TOC.Write(profile("abcd", "2 b>c=a", "1 a>b>c", "4 ", "5 d", "1 b>a=c>d"), "board", "The board")
	require.NoError(t, err)
	require.Contains(t, string(toc), "# FILE NAME: board.toc\n")
	require.Contains(t, string(toc), "# NUMBER VOTERS: 13\n# NUMBER UNIQUE ORDERS: 4\n")
	_, orders, _ := strings.Cut(string(toc), "NAME 4: d\n")
	require.Equal(t, "5: 4,{1,2,3}\n4: {1,2,3,4}\n3: 2,{1,3},4\n1: 1,2,3,4\n", orders)
}

func TestPrefLibRefuses(t *testing.T) {
	t.Parallel()
	equal := profile("ab", "1 a=b")
	for name, c := range map[string]struct {
		kind        PrefLib
		contest     Ranked
		file, title string
		want        string
	}{
		"unknown type":          {"soc", capital(), "a", "b", `data type: must be "soi" or "toc"`},
		"equal ranks in soi":    {SOI, equal, "a", "b", "2 candidates share a rank, which soi does not allow"},
		"no name":               {TOC, equal, "", "b", "name: must not be empty"},
		"no title":              {TOC, equal, "a", "", "title: must not be empty"},
		"new line in the title": {SOI, capital(), "a", "b\n# c", "title: "},
		"bad contest":           {TOC, Ranked{}, "a", "b", "candidates: must be"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := c.kind.Write(c.contest, c.file, c.title)
			require.ErrorContains(t, err, "count: ")
			require.ErrorContains(t, err, c.want)
			require.Nil(t, out)
		})
	}
}
