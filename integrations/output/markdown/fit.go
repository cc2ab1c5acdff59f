package markdown

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// Limit is how long a text may be.
type Limit struct {
	most       int
	characters bool
}

// Bytes limits a text to so many bytes of UTF-8.
func Bytes(most int) Limit { return Limit{most, false} }

// Characters limits a text to so many characters. One beyond the first 65,536 of Unicode counts twice: so do some who count.
func Characters(most int) Limit { return Limit{most, true} }

// Summary is the limit of a job summary at GitHub, 1 MiB, with room for what a step says itself.
func Summary() Limit { return Bytes(1<<20 - 1<<12) }

// Comment is the limit of a comment and of a check run's summary at GitHub, 65,536 characters, with some room.
func Comment() Limit { return Characters(65_536 - 1<<8) }

// of measures a text.
func (l Limit) of(text string) int {
	if !l.characters {
		return len(text)
	}
	n := 0
	for _, r := range text {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// block is a part of the page. Head and foot always stand; of the rows, as many as there is room for, and below them how many there are besides.
type block struct {
	head, foot string
	rows       int
	row        func(i int) string
	least      int  // rows that stand before any other part has more
	worst      bool // the first of them before all
	besides    int  // what is not among the rows, and counted with those that are left out
	rank       rank

	shown strings.Builder
	count int // of the rows that stand
}

// rank says which parts keep their rows when there is little room.
type rank int

// The ranks: those that keep them first.
const (
	short rank = iota // a few rows that people need most
	open              // what must not ship, and why there is no judgement
	spare             // what is folded
)

// moreOf is what stands where something was left out.
const moreOf = "\n… and %d more\n"

// empty reports whether the part is not to be shown.
func (b *block) empty() bool { return b.head == "" && b.rows == 0 }

// frame is the part without rows, as long as it can become.
func (b *block) frame() string {
	return b.head + "\n" + fmt.Sprintf(moreOf, b.rows+b.besides) + b.foot + "\n\n"
}

// take adds rows up to a number, as long as there is room for the next one. It says what room is left, and whether all of them stand.
func (b *block) take(rows, room int, l Limit) (left int, all bool) {
	for ; b.count < min(rows, b.rows); b.count++ {
		row := b.row(b.count) + "\n"
		if l.of(row) > room {
			return room, false
		}
		room -= l.of(row)
		b.shown.WriteString(row)
	}
	return room, true
}

func (b *block) text() string {
	text := b.head + "\n" + b.shown.String()
	if more := b.rows - b.count + b.besides; more > 0 {
		text += fmt.Sprintf(moreOf, more)
	}
	return strings.ReplaceAll(text+b.foot, "\n\n\n", "\n\n")
}

// fit gives room to what always stands, then to rows, by rank and in the order of the parts. Where there is no room for the rows that should stand,
// the worst of what must not ship does before all others; and where there is none for that either, only how many there are.
func fit(all []block, l Limit) (string, error) {
	if l.most == 0 {
		l = Summary()
	}
	room := 0
	for _, stand := range []func(*block) int{
		func(b *block) int { return b.least },
		func(b *block) int { return map[bool]int{true: 1}[b.worst] },
		func(*block) int { return 0 },
	} {
		if room = lay(all, l, stand); room >= 0 {
			fill(all, l, room)
			return joined(all), nil
		}
	}
	return "", fmt.Errorf("what must be said needs %d more than the %d that are allowed", -room, l.most)
}

// lay puts the parts there with so many rows of each, and gives the room that is left; less than 0 is none.
func lay(all []block, l Limit, rows func(*block) int) (room int) {
	room = l.most
	for i := range all {
		b := &all[i]
		b.count = 0
		b.shown.Reset()
		if b.empty() {
			continue
		}
		left, fits := b.take(rows(b), room-l.of(b.frame()), l)
		if !fits {
			return -1
		}
		room = left
	}
	return room
}

// fill adds rows. What is folded has none where one of what stands open is left out.
func fill(all []block, l Limit, room int) {
	whole := true
	for _, rank := range []rank{short, open, spare} {
		if rank == spare && !whole {
			return
		}
		for i := range all {
			if b := &all[i]; b.rank == rank {
				left, fits := b.take(b.rows, room, l)
				room, whole = left, whole && (fits || rank == short)
			}
		}
	}
}

func joined(all []block) string {
	var parts []string
	for i := range all {
		if !all[i].empty() {
			parts = append(parts, strings.Trim(all[i].text(), "\n"))
		}
	}
	return strings.Join(parts, "\n\n") + "\n"
}
