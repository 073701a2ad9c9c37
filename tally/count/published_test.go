package count

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func named(votes ...uint64) []Tally {
	lists := make([]Tally, len(votes))
	for i, v := range votes {
		lists[i] = Tally{ID: string(rune('A' + i)), Votes: v}
	}
	return lists
}

// Results that others have published. Each entry names its source.
func TestPublished(t *testing.T) {
	t.Parallel()
	// Balinski and Young, The Quota Method of Apportionment, American Mathematical
	// Monthly 82 (1975), 701–730: two tables that set the methods apart.
	first := named(5117, 4400, 162, 161, 160)
	second := named(9061, 7179, 5259, 3319, 1182)
	for name, c := range map[string]struct {
		rule  Rule
		seats int
		lists []Tally
		want  []int
	}{
		"Balinski–Young, 100 seats, Hamilton":        {remainders(Hare, AllVotes), 100, first, []int{51, 44, 2, 2, 1}},
		"Balinski–Young, 100 seats, Jefferson":       {averages(DHondt), 100, first, []int{52, 45, 1, 1, 1}},
		"Balinski–Young, 100 seats, Webster":         {averages(SainteLague), 100, first, []int{51, 43, 2, 2, 2}},
		"Balinski–Young, 100 seats, Hill":            {averages(HuntingtonHill), 100, first, []int{51, 43, 2, 2, 2}},
		"Balinski–Young, 100 seats, Adams":           {averages(Adams), 100, first, []int{51, 43, 2, 2, 2}},
		"Balinski–Young, 26 seats, Hamilton":         {remainders(Hare, AllVotes), 26, second, []int{9, 7, 5, 4, 1}},
		"Balinski–Young, 26 seats, Jefferson":        {averages(DHondt), 26, second, []int{10, 7, 5, 3, 1}},
		"Balinski–Young, 26 seats, Webster":          {averages(SainteLague), 26, second, []int{9, 8, 5, 3, 1}},
		"Balinski–Young, 26 seats, Hill":             {averages(HuntingtonHill), 26, second, []int{9, 7, 6, 3, 1}},
		"Balinski–Young, 26 seats, Adams":            {averages(Adams), 26, second, []int{9, 7, 5, 3, 2}},
		"Wikipedia, largest remainder, Hare":         {remainders(Hare, AllVotes), 10, named(47000, 16000, 15900, 12000, 6000, 3100), []int{5, 2, 1, 1, 1, 0}},
		"Wikipedia, largest remainder, Droop":        {remainders(Droop, AllVotes), 10, named(47000, 16000, 15900, 12000, 6000, 3100), []int{5, 2, 2, 1, 0, 0}},
		"Wikipedia, Alabama paradox, 10 seats":       {remainders(Hare, AllVotes), 10, named(6, 6, 2), []int{4, 4, 2}},
		"Wikipedia, Alabama paradox, 11 seats":       {remainders(Hare, AllVotes), 11, named(6, 6, 2), []int{5, 5, 1}},
		"1.4 withholds a seat that 1 gives, with 1":  {averages(SainteLague), 4, named(6, 1), []int{3, 1}},
		"1.4 withholds a seat that 1 gives, with it": {averages(ModifiedSainteLague), 4, named(6, 1), []int{4, 0}},

		// Official results of the Federal Ministry of the Interior, Nationalrat of
		// 29 September 2019: D'Hondt over the country, 4% of valid votes.
		"Austria 2019": {averages(DHondt).over(Threshold{4, 100, ValidVotes}), 183,
			named(1789417, 1011868, 772666, 387124, 89169, 664055, 32736, 22168, 760, 4946, 260, 1767, 310),
			[]int{71, 40, 31, 15, 0, 26, 0, 0, 0, 0, 0, 0, 0}},
		// Federal Returning Officer, Bundestag of 23 February 2025: Sainte-Laguë for
		// the lists that take part (CDU, AfD, SPD, Greens, Left, CSU, SSW).
		"Germany 2025": {averages(SainteLague), 630,
			named(11196374, 10328780, 8149124, 5762380, 4356532, 2964028, 76138), []int{164, 152, 120, 85, 64, 44, 1}},
		// Statistics Denmark, Folketing of 5 June 2019: 175 seats by Hare quota and
		// largest remainder for the parties that take part (Parliamentary Elections
		// Act, section 77); A V O B F Ø C Å D I.
		"Denmark 2019": {remainders(Hare, QualifiedVotes), 175,
			named(914882, 826161, 308513, 304714, 272304, 245100, 233865, 104278, 83201, 82270),
			[]int{48, 43, 16, 16, 14, 13, 12, 5, 4, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, allocate(t, c.rule, c.seats, c.lists).Seats)
		})
	}
}

// Kiesraad, Tweede Kamer of 17 March 2021: D'Hondt for the lists that reach the
// quota of 10,422,852 valid votes to 150 seats, 69,485 102/150.
func TestNetherlands2021(t *testing.T) {
	t.Parallel()
	lists := named(2279130, 1565861, 1124482, 990601, 623371, 597192, 537308, 523083, 399750,
		351275, 252480, 246620, 215249, 211237, 106702, 104319, 87238)
	rule := averages(DHondt).over(Threshold{1, 150, AllBallots})
	a, err := Allocate(rule, 150, 10_422_852, lists, [32]byte{})
	require.NoError(t, err)
	require.EqualValues(t, 69_486, a.Needed)
	require.Equal(t, []int{34, 24, 17, 15, 9, 9, 8, 8, 6, 5, 3, 3, 3, 3, 1, 1, 1}, a.Seats)
}

// US Census Bureau, 2020 apportionment, Table 1: apportionment population
// (residents and overseas) and seats of the 50 states, 435 seats by the method of
// equal proportions.
func TestUnitedStates2020(t *testing.T) {
	t.Parallel()
	states := []struct {
		id    string
		votes uint64
		seats int
	}{
		{"AL", 5030053, 7}, {"AK", 736081, 1}, {"AZ", 7158923, 9}, {"AR", 3013756, 4}, {"CA", 39576757, 52},
		{"CO", 5782171, 8}, {"CT", 3608298, 5}, {"DE", 990837, 1}, {"FL", 21570527, 28}, {"GA", 10725274, 14},
		{"HI", 1460137, 2}, {"ID", 1841377, 2}, {"IL", 12822739, 17}, {"IN", 6790280, 9}, {"IA", 3192406, 4},
		{"KS", 2940865, 4}, {"KY", 4509342, 6}, {"LA", 4661468, 6}, {"ME", 1363582, 2}, {"MD", 6185278, 8},
		{"MA", 7033469, 9}, {"MI", 10084442, 13}, {"MN", 5709752, 8}, {"MS", 2963914, 4}, {"MO", 6160281, 8},
		{"MT", 1085407, 2}, {"NE", 1963333, 3}, {"NV", 3108462, 4}, {"NH", 1379089, 2}, {"NJ", 9294493, 12},
		{"NM", 2120220, 3}, {"NY", 20215751, 26}, {"NC", 10453948, 14}, {"ND", 779702, 1}, {"OH", 11808848, 15},
		{"OK", 3963516, 5}, {"OR", 4241500, 6}, {"PA", 13011844, 17}, {"RI", 1098163, 2}, {"SC", 5124712, 7},
		{"SD", 887770, 1}, {"TN", 6916897, 9}, {"TX", 29183290, 38}, {"UT", 3275252, 4}, {"VT", 643503, 1},
		{"VA", 8654542, 11}, {"WA", 7715946, 10}, {"WV", 1795045, 2}, {"WI", 5897473, 8}, {"WY", 577719, 1},
	}
	lists, want := make([]Tally, len(states)), make([]int, len(states))
	for i, s := range states {
		lists[i], want[i] = Tally{s.id, s.votes}, s.seats
	}
	a := allocate(t, averages(HuntingtonHill), 435, lists)
	require.EqualValues(t, 331_108_434, a.Votes)
	require.Equal(t, want, a.Seats)
	// The last seat went to Minnesota; New York was 89 people short of it.
	require.Equal(t, "MN", a.Lists[a.Awards[434].List].ID)
	lists[31].Votes += 88
	require.Equal(t, 26, allocate(t, averages(HuntingtonHill), 435, lists).Seats[31])
	lists[31].Votes++
	require.Equal(t, 27, allocate(t, averages(HuntingtonHill), 435, lists).Seats[31])
}

// Tenth Census of the United States, 1880: with 299 seats Alabama had 8, with 300
// it would have had 7 (Balinski and Young, Fair Representation, chapter 5). One of
// the leftover seats went to Nevada under the constitutional minimum of one, so of
// the remainders all but the last leftover seat count.
func TestAlabamaParadox(t *testing.T) {
	t.Parallel()
	states := []Tally{
		{"Alabama", 1262505}, {"Arkansas", 802525}, {"California", 864694}, {"Colorado", 194327},
		{"Connecticut", 622700}, {"Delaware", 146608}, {"Florida", 269493}, {"Georgia", 1542180},
		{"Illinois", 3077871}, {"Indiana", 1978301}, {"Iowa", 1624615}, {"Kansas", 996096},
		{"Kentucky", 1648690}, {"Louisiana", 939946}, {"Maine", 648936}, {"Maryland", 934943},
		{"Massachusetts", 1783085}, {"Michigan", 1636937}, {"Minnesota", 780773}, {"Mississippi", 1131597},
		{"Missouri", 2168380}, {"Nebraska", 452402}, {"Nevada", 62266}, {"New Hampshire", 346991},
		{"New Jersey", 1131116}, {"New York", 5082871}, {"North Carolina", 1399750}, {"Ohio", 3198062},
		{"Oregon", 174768}, {"Pennsylvania", 4282891}, {"Rhode Island", 276531}, {"South Carolina", 995577},
		{"Tennessee", 1542359}, {"Texas", 1591749}, {"Vermont", 332286}, {"Virginia", 1512565},
		{"West Virginia", 618457}, {"Wisconsin", 1315497},
	}
	withMinimum := func(house int) map[string]int {
		a := allocate(t, remainders(Hare, AllVotes), house, states)
		seats := map[string]int{}
		for i, l := range a.Lists {
			seats[l.ID] = a.Seats[i]
		}
		require.Zero(t, seats["Nevada"])
		last := a.Awards[len(a.Awards)-1]
		seats[a.Lists[last.List].ID]--
		seats["Nevada"]++
		return seats
	}
	small, large := withMinimum(299), withMinimum(300)
	require.Equal(t, []int{8, 18, 9}, []int{small["Alabama"], small["Illinois"], small["Texas"]})
	require.Equal(t, []int{7, 19, 10}, []int{large["Alabama"], large["Illinois"], large["Texas"]})
}
