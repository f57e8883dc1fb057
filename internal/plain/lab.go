package plain

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"dockerlearn/internal/mdoc"
	"dockerlearn/internal/pace"
	"dockerlearn/internal/render"
	"dockerlearn/internal/study"
	"dockerlearn/internal/wording"
	"dockerlearn/labs"
	"dockerlearn/labs/trace"
	"dockerlearn/labs/xray"
	"dockerlearn/lessons"
)

// Lab holds a lab in lines, or shows the list of labs when none is named.
func Lab(ctx context.Context, o Options, id lessons.LabID, fresh bool) error {
	t := newTalk(ctx, o)
	t.condition()
	if id == "" {
		return t.end(t.labs())
	}
	return t.end(t.lab(id, fresh))
}

// labs lists the labs.
func (t *talk) labs() error {
	return t.list(func() []action {
		t.print("")
		groups, err := t.Study.Labs(t.ctx)
		if err != nil {
			t.print(wording.Why(err, t.Lang))
		}
		var all []action
		for _, g := range groups {
			for _, p := range g.Labs {
				all = append(all, action{t.labText(g, p), func() error { return t.lab(p.Lab.ID, false) }})
			}
		}
		return all
	})
}

func (t *talk) labText(g study.LabGroupProgress, p study.LabProgress) string {
	state := wording.Say(t.Lang, "new", "未做")
	switch {
	case p.Begun:
		state = wording.Say(t.Lang, "begun", "做了一半")
	case p.Solved:
		state = wording.Say(t.Lang, "solved", "已完成")
	}
	return fmt.Sprintf("%s: %s [%s · %s · %s]", g.Group.Title.In(t.Lang), p.Lab.Title.In(t.Lang),
		wording.Level(p.Lab.Level, t.Lang), wording.Minutes(p.Lab.Minutes, t.Lang), state)
}

// host is a lab, or what a do question is answered at.
type host interface {
	labs.Looker
	pace.World
	Output(func([]byte))
	Type(keys []byte) error
	AtPrompt() bool
	Check() ([]labs.Finding, error)
	Why(check int) []labs.Link
	Picture() labs.Picture
	Timeline() []labs.Step
	Go(step int) error
	Reset() error
	Hinted(n int) error
	Solve() error
	Lab() *lessons.Lab
}

// practical is a lab as it goes, in lines.
type practical struct {
	*talk
	sitting host
	hints   int    // that were shown
	shown   []byte // what the host's terminal has shown since it was last told
	states  []labs.State
	solved  bool
	told    bool // what there is besides commands
	asked   bool // it answers a question, which has its own explanation
}

// lab does a lab: a line is typed at the host, one that begins with a colon is for us.
func (t *talk) lab(id lessons.LabID, fresh bool) (err error) {
	x, err := t.Study.OpenLab(t.ctx, id, fresh)
	if err != nil {
		t.saved(err)
	}
	if x == nil {
		return nil
	}
	defer func() { t.saved(x.Close()) }()
	p := t.sitDown(x)
	p.hints = x.Record().Hints
	p.task()
	p.tell()
	return p.work(func() bool { return false })
}

// sitDown opens the host's terminal.
func (t *talk) sitDown(x host) *practical {
	p := &practical{talk: t, sitting: x}
	x.Output(func(b []byte) { p.shown = append(p.shown, b...) })
	p.settle()
	p.shown = nil
	return p
}

// work takes lines until somebody leaves, or until it is enough.
func (p *practical) work(enough func() bool) error {
	for !enough() {
		line, err := p.ask2(p.hint(), true)
		switch {
		case err != nil:
			return err
		case line == again:
		case strings.HasPrefix(line, ":"):
			if err := p.command(line[1:]); err != nil {
				return err
			}
		default:
			p.run(line)
		}
	}
	return nil
}

func (p *practical) hint() string {
	if p.told {
		return p.sentence("(:? for what there is besides commands)", "（:? 看命令之外还能做什么）")
	}
	p.told = true
	return p.sentence("(a line for the host's shell; :h hint, :w why, :z undo, :c conditions, :? more, :b leave)",
		"（输入给宿主机 shell 的命令；:h 提示，:w 为什么，:z 撤销，:c 条件，:? 更多，:b 离开）")
}

// command does what a line with a colon stands for.
func (p *practical) command(name string) error {
	switch strings.TrimSpace(name) {
	case "b":
		return errBack
	case "h":
		p.showHint()
	case "w":
		p.why()
	case "z":
		p.undo()
	case "c":
		p.conditions(true)
	case "t":
		p.task()
	case "p":
		p.picture()
	case "x":
		p.layers()
	case "n":
		p.packets()
	case "r":
		p.saved(p.sitting.Reset())
		p.settle()
		p.shown = nil
		p.say("now: the lab begins anew", "现在：实验从头开始")
		p.tell()
	case "^C":
		p.press("\x03")
	case "^D":
		p.press("\x04")
	default:
		p.say(":t the task, :c the conditions, :h the next hint, :w why the first condition does not hold, :z undo the last command, "+
			":p what there is on the host, :x the layers, :n the way of a packet, :r begin anew, :^C and :^D keys for the host, :b leave, :q quit.",
			":t 任务，:c 条件，:h 下一条提示，:w 第一个未满足的条件为什么不满足，:z 撤销上一条命令，"+
				":p 宿主机上有什么，:x 镜像与容器的分层，:n 数据包的路径，:r 从头开始，:^C 和 :^D 发给宿主机的按键，:b 离开，:q 退出。")
	}
	return nil
}

// task tells what is to be done.
func (p *practical) task() {
	p.print("", p.sitting.Lab().Title.In(p.Lang), "")
	p.prose(p.words().Story)
}

func (p *practical) words() *lessons.LabWords { return p.sitting.Lab().In(p.Lang) }

func (p *practical) prose(f mdoc.Fragment) { p.print(render.Render(f, p.options()).Lines...) }

// run types a line at the host and tells what came of it.
func (p *practical) run(line string) { p.press(line + "\r") }

func (p *practical) press(keys string) {
	p.shown = nil
	p.saved(p.sitting.Type([]byte(keys)))
	p.settle()
	p.print(output(p.shown, p.sitting.AtPrompt())...)
	p.shown = nil
	p.tell()
}

// labPatience is how much of the host's time a command may take before one is asked what to do.
const labPatience = time.Hour

// settle lets the host go on until it waits for somebody to type, or for nothing at all.
func (p *practical) settle() {
	x := p.sitting
	x.AdvanceTo(x.Elapsed() + time.Millisecond)
	for end := x.Elapsed() + labPatience; !x.AtPrompt() && !x.Over() && x.Elapsed() < end; {
		next, ok := x.Next()
		switch {
		case x.Busy():
			x.AdvanceTo(x.Elapsed() + time.Millisecond)
		case ok:
			x.AdvanceTo(max(min(next, end), x.Elapsed()+1))
		default:
			return
		}
	}
	if !x.AtPrompt() && !x.Over() {
		p.say("still running: :^C interrupts it", "还在运行：用 :^C 中断")
	}
}

// output is what a command printed, without what was typed and the prompt behind it.
func output(shown []byte, prompt bool) []string {
	lines := strings.Split(strings.ReplaceAll(unstyled(shown), "\r\n", "\n"), "\n")
	if len(lines) > 0 {
		lines = lines[1:]
	}
	if n := len(lines); n > 0 && (prompt || lines[n-1] == "") {
		lines = lines[:n-1]
	}
	for i, l := range lines {
		if at := strings.LastIndexByte(l, '\r'); at >= 0 {
			l = l[at+1:]
		}
		lines[i] = render.Clean(l)
	}
	return lines
}

// unstyled is what a terminal is shown, without the sequences that move its cursor or colour what follows (ECMA-48, 5.4).
func unstyled(shown []byte) string {
	return regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]").ReplaceAllString(string(shown), "")
}

// tell says which conditions have changed, and the debrief when all of them hold.
func (p *practical) tell() {
	if p.sitting.AtPrompt() {
		p.conditions(false)
	}
}

// conditions tells how they stand: all of them, or those that stand otherwise than before.
func (p *practical) conditions(all bool) {
	found, err := p.sitting.Check()
	p.saved(err)
	first := p.states == nil
	solved := len(found) > 0
	for i, f := range found {
		solved = solved && f.State == labs.Met
		if all || first || p.states[i] != f.State {
			p.conditionLine(f)
		}
	}
	p.states = nil
	for _, f := range found {
		p.states = append(p.states, f.State)
	}
	if solved && !p.solved {
		p.solved = true
		p.saved(p.sitting.Solve())
		p.print("", p.sentence("Solved.", "完成。"))
		if !p.asked {
			p.print("")
			p.prose(p.words().Debrief)
		}
	}
}

func (p *practical) conditionLine(f labs.Finding) {
	says := render.Clean(f.Says.In(p.Lang))
	if f.State == labs.Met {
		p.say("done: %s", "完成：%s", says)
		return
	}
	if now := render.Clean(f.Now.In(p.Lang)); now != "" && f.State == labs.Unmet {
		p.say("still missing: %s (now: %s)", "还差：%s（现在：%s）", says, now)
		return
	}
	p.say("still missing: %s", "还差：%s", says)
}

func (p *practical) showHint() {
	all := p.words().Hints
	if len(all) == 0 {
		p.say("There are no hints to this one.", "这里没有提示。")
		return
	}
	n := min(p.hints, len(all))
	if n == len(all) {
		p.say("There are no more hints. The last one:", "没有更多提示了。最后一条是：")
		n = max(n-1, 0)
	}
	if n < len(all) {
		p.prose(all[n])
		p.hints = n + 1
		p.saved(p.sitting.Hinted(p.hints))
	}
}

// why tells the causes of the first condition that does not hold.
func (p *practical) why() {
	found, err := p.sitting.Check()
	p.saved(err)
	for i, f := range found {
		if f.State == labs.Met {
			continue
		}
		p.wrapped(render.Clean(f.Says.In(p.Lang)))
		for _, l := range p.sitting.Why(i) {
			p.behind("  - ", render.Clean(l.Says.In(p.Lang)))
			if l.Command != "" {
				p.print("    $ " + render.Clean(l.Command))
			}
		}
		return
	}
	p.say("Every condition holds.", "所有条件都满足。")
}

func (p *practical) undo() {
	steps := p.sitting.Timeline()
	if len(steps) == 0 {
		p.say("Nothing was done yet.", "还没有做过什么。")
		return
	}
	last := steps[len(steps)-1].Line
	p.saved(p.sitting.Go(len(steps) - 1))
	p.settle()
	p.shown = nil
	p.say("now: as before %s", "现在：回到这条命令之前：%s", render.Clean(last))
	p.tell()
}

// picture says what there is on the host.
func (p *practical) picture() {
	all := p.sitting.Picture()
	for _, n := range all.Networks {
		p.say("network %s %s", "网络 %s %s", render.Clean(n.Name), n.Subnet)
		for _, c := range n.Containers {
			p.containerLine(c)
		}
	}
	if len(all.Apart) > 0 {
		p.say("on no network:", "不在任何网络上：")
	}
	for _, c := range all.Apart {
		p.containerLine(c)
	}
	for _, v := range all.Volumes {
		p.say("volume %s", "卷 %s", render.Clean(v.Name))
	}
	for _, i := range all.Images {
		p.say("image %s", "镜像 %s", render.Clean(i.Name))
	}
}

func (p *practical) containerLine(c labs.Container) {
	p.behind("  - ", strings.Join(strings.Fields(render.Clean(strings.Join([]string{
		c.Name, c.Image, c.State, c.Address, strings.Join(c.Ports, " "),
	}, " "))), " "))
}

// layers says what the layers of the last container are.
func (p *practical) layers() {
	view, err := xray.See(p.sitting.Host(), p.sitting.Commands(), xray.Ask{})
	if err != nil {
		p.say("There is no container to look into.", "没有可以查看的容器。")
		return
	}
	for _, l := range xray.Words(view, p.Lang) {
		p.wrapped(l)
	}
}

// packets tells the way of the last connection that failed, or of an obvious one.
func (p *practical) packets() {
	h := p.sitting.Host()
	ask, failed := trace.LastFailed(h)
	if !failed {
		ask = trace.First(h)
	}
	t, err := trace.Run(h, ask)
	if err != nil {
		p.print(err.Error())
		return
	}
	for _, l := range trace.Words(t, p.Lang) {
		p.wrapped(l)
	}
}
