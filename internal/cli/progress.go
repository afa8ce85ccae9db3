package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// Progress is a bar on standard error that shows how far a long work is. Where
// standard error is no terminal there is none.
type Progress struct {
	all *mpb.Progress
	bar *mpb.Bar
}

// NewProgress starts a bar for so many units, such as "images".
func NewProgress(cmd *cobra.Command, total int, unit string) *Progress {
	stderr, ok := cmd.ErrOrStderr().(*os.File)
	if !ok || !term.IsTerminal(int(stderr.Fd())) {
		return &Progress{}
	}
	return newBar(stderr, total, unit)
}

func newBar(w io.Writer, total int, unit string) *Progress {
	p := &Progress{all: mpb.New(mpb.WithOutput(w), mpb.WithAutoRefresh())}
	p.bar = p.all.AddBar(int64(total),
		mpb.PrependDecorators(decor.CountersNoUnit("%d / %d "+unit)),
		mpb.AppendDecorators(decor.AverageSpeed(nil, "%.1f/s"), decor.Name("  "), decor.AverageETA(decor.ET_STYLE_GO)),
	)
	return p
}

// Add counts units that are done.
func (p *Progress) Add(n int) {
	if p.bar != nil {
		p.bar.IncrBy(n)
	}
}

// Done ends the bar, finished or not.
func (p *Progress) Done() {
	if p.bar != nil {
		p.bar.Abort(false)
		p.all.Wait()
	}
}
