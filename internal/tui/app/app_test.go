package app_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"dockerlearn/internal/study"
	"dockerlearn/internal/tui/app"
	"dockerlearn/internal/tui/home"
	"dockerlearn/internal/tui/screen"
	"dockerlearn/internal/tui/theme"
	"dockerlearn/internal/tui/tuitest"
	"dockerlearn/lessons"
	"dockerlearn/progress"
)

func TestFirstRunLeadsIntoTheFirstLesson(t *testing.T) {
	s := tuitest.Study(t, t.TempDir())
	d := tuitest.Start(t, app.State{Study: s, First: true, Lang: lessons.ZH}, 80, 24)
	d.Shows("从头开始学", "English").Press("L").Shows("Start from the beginning", "中文")
	d.Press("enter").Shows("What is a layer?", "1/5")
	chosen, err := s.Settings(context.Background())
	if err != nil || chosen[study.Language] != "en" || chosen[study.Started] != "yes" {
		t.Errorf("settings %v, %v", chosen, err)
	}
	d.Press("esc").Shows("Continue")
}

func TestFirstRunChoices(t *testing.T) {
	tuitest.Start(t, app.State{First: true}, 80, 24).Press("2").Shows("Topics", "Begin")
	tuitest.Start(t, app.State{First: true}, 80, 24).Press("3").Shows("Type what you look for")
	tuitest.Start(t, app.State{First: true}, 80, 24).Press("esc").Shows("Topics")
	tuitest.Start(t, app.State{First: true}, 80, 24).Press("/", "esc").Shows("Welcome", "Start from the beginning")
}

func TestFirstRunPromisesNothingThatIsNotSo(t *testing.T) {
	tuitest.Start(t, app.State{First: true}, 80, 24).Shows("saved by itself")
	kept := home.Kept{Trouble: screen.Say{EN: "The disk is full.", ZH: "磁盘已满。"}}
	tuitest.Start(t, app.State{First: true, Kept: kept}, 80, 24).Shows("The disk is full.").Hides("saved by itself")
}

// A new learner has not seen home yet: q leaves, as it does there, and no key promises a way back.
func TestFirstRunIsOutermost(t *testing.T) {
	d := tuitest.Start(t, app.State{First: true}, 80, 24).Shows("q quit").Hides("q home", "esc back")
	if d.Press("q"); !d.Quit {
		t.Errorf("q does not leave:\n%s", d.Screen())
	}
}

func TestEnterOnHomeGoesOn(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("enter").Shows("A layer is")
	d.Press("right", "right", "q").Shows("Continue", "screen 3 of 5").Press("enter").Shows("3/5")
}

// Where one was survives the program, on the exact screen.
func TestRestartResumesAtTheExactScreen(t *testing.T) {
	dir := t.TempDir()
	tuitest.Start(t, app.State{Study: tuitest.Study(t, dir)}, 80, 24).Press("enter", "right", "right", "right")
	tuitest.Start(t, app.State{Study: tuitest.Study(t, dir)}, 80, 24).Shows("screen 4 of 5").Press("enter").Shows("4/5")
}

func TestPractising(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("enter", "G", "down", "enter").Shows("What hides a deleted file?")
	d.Type("whiteout").Press("enter").Shows("A whiteout hides the entry below it.").Press("esc")
	d = tuitest.Start(t, app.State{}, 80, 24).Press("enter", "G", "enter").Shows("Where does the write go?").Press("q")
	d.Shows("Resume").Press("2").Shows("Where does the write go?")
	d = tuitest.Start(t, app.State{}, 80, 24).Hides("Review").Press("enter", "right", "right", "right", "right", "q")
	d.Shows("Review", "new").Press("2").Hides("Topics").Press("q").Shows("Topics")
	tuitest.Start(t, app.State{}, 80, 24).Press("p").Shows("esc").Press("esc", "s").Press("esc").Shows("Topics")
}

func TestAFinishedLessonLeadsToTheNextOne(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("enter", "right", "right", "right", "right", "right")
	d.Shows("2 questions at the end", "Where does the write go?", "What is a volume?")
	d.Press("q").Shows("Next", "1 of 2 read").Press("enter", "esc", "1", "esc")
	d = tuitest.Start(t, app.State{}, 80, 24).Press("enter", "G", "right").Shows("Storage 2/2", "A volume is")
	d.Press("esc").Shows("Topics")
}

func TestLettersOfQAndEsc(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24)
	if d.Press("esc"); d.Quit {
		t.Fatal("esc on home leaves the program")
	}
	d.Press("3", "enter").Shows("A layer is").Press("esc").Shows("2 lessons").Press("enter", "q").Shows("Topics")
	if d.Press("q"); !d.Quit {
		t.Error("q on home does not leave")
	}
}

func TestCtrlCTwiceLeavesFromAnywhere(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("/").Press("ctrl+c").Shows("again to leave")
	if d.Press("a", "ctrl+c"); d.Quit {
		t.Fatal("a key between two ctrl+c does not count")
	}
	if d.Press("ctrl+c"); !d.Quit {
		t.Error("two ctrl+c in a row do not leave")
	}
	if d := tuitest.Start(t, app.State{}, 20, 5).Press("ctrl+c", "ctrl+c"); !d.Quit {
		t.Error("nor in a window that is too small")
	}
	tuitest.Start(t, app.State{}, 80, 24).Press("ctrl+c").Shows("Everything is saved").
		Send(screen.Saved{Err: progress.ErrFull}).Press("j", "ctrl+c").Shows("Not everything is saved")
}

func TestFullWidthSignsAreKeys(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Type("？").Shows("Keys of this screen").Press("esc").Type("：").Shows("Commands")
	d.Press("esc").Type("、").Shows("Type what you look for").Type("？").Shows("/ ？")
}

func TestSearchOpensTheExactScreen(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("/").Type("whiteout").Shows("found", "whiteout")
	d.Shows("screen 3 of 5").Press("enter").Shows("3/5").Press("esc").Shows("whiteout")
	d.Press("ctrl+u").Type("chongming").Shows("nothing found")
	d.Press("ctrl+u").Type("sjj").Shows("什么是数据卷？") // initials
}

// A term that was found by its initials opens where it is used, though its screens do not match the initials.
func TestSearchOpensATerm(t *testing.T) {
	d := tuitest.Start(t, app.State{Lang: lessons.ZH}, 80, 24).Press("/").Type("xsfz").Shows("▸ 向上复制", "术语")
	d.Press("enter").Hides("没有哪一屏用到").Shows("存储 1/2", "/5")
}

func TestSearchThatFindsNothing(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("/").Type("volumex").Shows("nothing found", "titles are above", "volume?")
	d.Press("ctrl+u").Type("qqqqqq").Shows("nothing found", "no title comes near").Hides("are above")
	d.Resize(60, 16).Shows("or fewer.")
}

func TestSearchFindsQuestions(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("/").Type("lists volumes").Press("enter")
	d.Shows("1 question at the end", "▸ Which command lists volumes?")
}

// An answer to an earlier query must not replace what is typed now.
func TestLateAnswersAreDropped(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("/")
	_, slow := d.Model.Update(tea.KeyPressMsg{Code: 'v', Text: "v"})
	d.Type("qqq").Shows("nothing found")
	d.Send(slow()).Shows("nothing found")
}

func TestPaletteRunsKeysAndOpensLessons(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press(":").Type("wdtn").Shows("What does a tag name?")
	d.Press("enter").Shows("Images 1/1").Press(":").Type("bookmark").Press("enter").Shows("Bookmarked")
	d.Press(":").Type("标签").Press("enter").Shows("Images 1/1")
	d.Press("q", ":").Type("theme").Press("enter").Shows("Theme: dark").Press("T").Shows("Theme: light")
}

func TestKeysPopupFiltersAndRuns(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("enter", "?").Shows("Keys of this screen").Type("目录")
	d.Shows("sections").Hides("bookmark").Press("enter").Shows("┌─ Sections").Hides("Keys of this screen")
}

func TestLanguage(t *testing.T) {
	s := tuitest.Study(t, t.TempDir())
	d := tuitest.Start(t, app.State{Study: s}, 80, 24).Press("enter", "right", "L").Shows("第一次修改要复制", "2/5")
	d.Press("L").Shows("The first change copies")
	d.Press("L")
	if chosen, _ := s.Settings(context.Background()); chosen[study.Language] != "zh" {
		t.Errorf("the language is stored as %q", chosen[study.Language])
	}
}

func TestSideBySide(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 120, 40).Press("enter").Shows("The answer in one minute", "一分钟回答")
	d.Press("s").Hides("一分钟回答").Shows("Sections").Press("s").Shows("一分钟回答")
	d.Resize(99, 40).Hides("一分钟回答")
}

func TestBookmarks(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("b").Shows("No bookmarks yet").Press("esc")
	d.Press("enter", "right", "b").Shows("Bookmarked", "bookmarked").Press("q").Shows("The first change copies")
	d.Press("b").Shows("screen 2 of 5").Press("enter").Shows("2/5", "bookmarked")
	d.Press("b").Shows("taken away").Press("esc").Shows("No bookmarks yet")
}

func TestCopy(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("enter", "y").Shows("No code block")
	d.Press("right", "y").Shows("tab chooses").Press("y").Shows("Sent 2 lines", "OSC 52")
	if want := "docker exec shop sh -c 'echo hi >> /etc/motd'\ndocker diff shop"; d.Clipboard != want {
		t.Errorf("copied %q", d.Clipboard)
	}
	if d.Press("tab", "y"); d.Clipboard != "FROM alpine\nRUN echo hi >> /etc/motd" {
		t.Errorf("copied %q", d.Clipboard)
	}
	d.Press("esc").Shows("2/5").Press("esc").Shows("Topics")
}

func TestTermsAndSections(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("enter", "t").Shows("One set of file changes").Press("esc")
	d.Hides("One set of").Press("o", "down", "down", "enter").Shows("makes the image smaller", "4/5")
	d.Press("o", "G", "enter").Shows("2 questions at the end")
}

// The sections have a cursor of their own: the one among the questions below them stays where it is.
func TestSectionsOverTheQuestions(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("enter", "G", "down").Shows("▸ What hides a deleted file?")
	d.Press("o", "G").Shows("┌─ Sections").Press("esc").Shows("▸ What hides a deleted file?")
}

// Scrolling turns the page only where the text ends, in both directions.
func TestScrollingATallScreen(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 60, 16).Press("enter", "right", "right").Shows("space: ").Hides("Last words")
	d.Press("j", "j").Hides("In the layers").Press("g", "right", "right").Shows("In the layers")
	d.Press("space").Shows("Last words", "3/5").Press("space").Shows("4/5").Press("pgup").Shows("3/5", "Last words")
	d.Press("pgup").Shows("In the layers").Press("pgup").Shows("2/5")
}

// What stands at the top of a scrolled text stays there in another width and, about, in the other language.
func TestResizeKeepsThePlace(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 60, 16).Press("enter", "right", "right", "j", "j", "j", "j", "j")
	top := func() string { return strings.TrimSpace(strings.Trim(d.Lines()[1], "│")) }
	for _, w := range []int{60, 70, 61, 60} {
		if d.Resize(w, 16); top() != "1. first" {
			t.Errorf("at %d columns the text begins with %q", w, top())
		}
	}
	if d.Press("L"); !strings.Contains("上面有 whiteout    │ 什么也没有, 1. 第一, 2. 第二", top()) || top() == "" {
		t.Errorf("in Chinese the text begins with %q", top())
	}
}

func TestTooSmallAndBack(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("enter", "right").Resize(50, 10).Shows("needs 60x16")
	d.Press("right").Resize(80, 24).Shows("2/5")
}

func TestMouse(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Click("Images").Shows("What does a tag name?").Click("esc").Shows("Topics")
	d.Click("What is a volume?").Shows("Storage 2/2")
	if mode := d.Model.View().MouseMode; mode != tea.MouseModeNone {
		t.Error("the mouse is captured where text is read")
	}
	d = tuitest.Start(t, app.State{Mouse: app.MouseOn}, 80, 24).Press("enter").Click("stack of them").Shows("2/5")
	if mode := d.Model.View().MouseMode; mode != tea.MouseModeCellMotion {
		t.Error("--mouse=on does not capture the mouse")
	}
	d.Click("中文").Shows("第一次修改要复制").Press("o").Click("追问").Shows("5/5").Press("?").Click("书签").Shows("已加书签")
	d = tuitest.Start(t, app.State{Mouse: app.MouseOff}, 80, 24)
	if d.Model.View().MouseMode != tea.MouseModeNone {
		t.Error("--mouse=off captures the mouse")
	}
	d = tuitest.Start(t, app.State{}, 80, 24).Send(tea.MouseWheelMsg{Button: tea.MouseWheelDown}).Shows("▸ 2 Practise")
	d.Press("?").Send(tea.MouseClickMsg{X: 1, Y: 5, Button: tea.MouseLeft}).Hides("Keys of this screen")
}

func TestLinks(t *testing.T) {
	link := ";https://docs.kernel.org/filesystems/overlayfs.html"
	d := tuitest.Start(t, app.State{Links: true}, 80, 24).Press("enter").Hides("https://")
	if !strings.Contains(strings.Join(d.Styled(), ""), link) {
		t.Error("no hyperlink on the screen")
	}
	tuitest.Start(t, app.State{}, 80, 24).Press("enter").Shows("https://docs.kernel.org")
}

func TestTheme(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24)
	dark := strings.Join(d.Styled(), "")
	d.Send(tea.BackgroundColorMsg{Color: white{}})
	if light := strings.Join(d.Styled(), ""); light == dark {
		t.Error("a light background changes nothing")
	}
	d.Press("T").Press("j")
	d.Press("k")
	if again := strings.Join(d.Styled(), ""); again != dark {
		t.Error("the dark theme is not the dark theme")
	}
}

type white struct{}

func (white) RGBA() (r, g, b, a uint32) { return 0xffff, 0xffff, 0xffff, 0xffff }

func TestWideFramesBecomeASCII(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Send(tea.CursorPositionMsg{X: 1, Y: 1}).Shows("┌─ Today")
	d.Send(tea.CursorPositionMsg{X: 2, Y: 1}).Shows("+- Today")
	tuitest.Start(t, app.State{Frames: theme.FramesLight}, 80, 24).Send(tea.CursorPositionMsg{X: 2, Y: 1}).Shows("┌─ Today")
}

// Reading goes on when nothing can be stored, and the bar says so.
func TestReadOnlyProgress(t *testing.T) {
	dir := t.TempDir()
	tuitest.Study(t, dir)
	s := tuitest.Open(t, tuitest.Files(t), progress.Options{Dir: dir, Now: tuitest.Now, ReadOnly: true})
	d := tuitest.Start(t, app.State{Study: s}, 80, 24).Press("enter").Shows("not saved: progress is open for reading only")
	d.Press("right").Shows("copies", "not saved").Press("L").Shows("没有保存")
}

// Without a place to keep it, all works, and the bar never lets one forget.
func TestProgressInMemory(t *testing.T) {
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := tuitest.Open(t, tuitest.Files(t), progress.Options{Dir: file + "/below", Now: tuitest.Now})
	d := tuitest.Start(t, app.State{Study: s}, 80, 24).Shows("not saved").Press("enter", "right").Shows("not saved", "2/5")
	d.Press("q").Shows("screen 2 of 5")
}

func TestNoticeGoesWithTheNextKey(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24).Press("enter", "b").Shows("Bookmarked.").Press("j").Hides("Bookmarked.")
	d.Send(screen.Saved{Err: errors.New("no such luck")}).Shows("not saved: no such luck").Press("j").Shows("not saved")
	d.Send(screen.Saved{}).Hides("not saved")
}

func TestOpenFromTheCommandLine(t *testing.T) {
	tuitest.Start(t, app.State{Open: screen.OpenLesson{Lesson: "tags", Screen: 1}}, 80, 24).Shows("Images 1/1", "2/2")
	tuitest.Start(t, app.State{Open: screen.OpenLesson{Lesson: "nowhere"}}, 80, 24).Shows("Topics")
}

func TestTrouble(t *testing.T) {
	s := app.State{}
	s.Kept.Where = "/data/progress.db"
	s.Kept.Trouble = screen.Say{EN: "The disk is full. Nothing you do now is saved.", ZH: "磁盘已满。"}
	for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 16}} {
		tuitest.Start(t, s, size[0], size[1]).Shows("The disk is full.")
	}
}

func TestKeyTableNamesEveryKeyOnce(t *testing.T) {
	for _, l := range []lessons.Lang{lessons.EN, lessons.ZH} {
		seen := map[string]bool{}
		for _, row := range strings.Split(strings.TrimSpace(app.KeyTable(l)), "\n") {
			if seen[row] || strings.Count(row, "|") != 4 {
				t.Errorf("%s: row %q", l, row)
			}
			seen[row] = true
		}
	}
}

// Keys that come faster than commands run still reach the screen that the keys before them opened.
func TestTypingAhead(t *testing.T) {
	d := tuitest.Start(t, app.State{}, 80, 24)
	ahead := func(keys ...string) (last tea.Cmd) {
		for _, k := range keys {
			_, last = d.Model.Update(screen.Key(k))
		}
		return last
	}
	ahead("/", "v", "o", "l")
	d.Shows("/ vol")
	ahead("esc", "3", "j", "enter", "right")
	d.Shows("Storage 2/2", "2/2")
	quit := ahead("q", "q")
	d.Shows("Topics")
	if quit == nil {
		t.Fatal("q on home does nothing")
	}
	if msg, ok := quit().(tea.QuitMsg); !ok {
		t.Errorf("q on home sends %v", msg)
	}
}
