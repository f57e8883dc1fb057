package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"dockerlearn/labs/sandbox/api"
	"dockerlearn/labs/sandbox/image"
)

// each does something with every argument, prints those that it went well with, and collects the mistakes.
func (d *docker) each(names []string, do func(name string) error) error {
	var errs []error
	for _, name := range names {
		d.sys.Step(1)
		if err := do(name); err != nil {
			errs = append(errs, err)
			continue
		}
		d.printf("%s\n", name)
	}
	return errors.Join(errs...)
}

// acceptUnchanged takes the answer that it was so already for success.
func acceptUnchanged(err error) error {
	if api.KindOf(err) == api.NotModified {
		return nil
	}
	return err
}

func (d *docker) rename(c *call) error {
	old, name := strings.TrimSpace(c.args[0]), strings.TrimSpace(c.args[1])
	err := errors.New("new name cannot be blank")
	if name != "" {
		err = d.engine.ContainerRename(d.caller(), old, name)
	}
	if err != nil {
		return fmt.Errorf("failed to rename container: %w", daemon(err))
	}
	return nil
}

func (d *docker) wait(c *call) error {
	var errs []error
	for _, name := range c.args {
		code, err := d.waitOne(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		d.printf("%d\n", code)
	}
	return errors.Join(errs...)
}

func (d *docker) waitOne(name string) (int64, error) {
	ended, err := d.engine.ContainerWait(d.caller(), name, api.WaitNotRunning)
	if err != nil {
		return 0, err
	}
	defer ended.Close()
	r, err := ended.Next(d.caller())
	if err == io.EOF {
		err = nil
	}
	return r.StatusCode, err
}

func (d *docker) top(c *call) error {
	r, err := d.engine.ContainerTop(d.caller(), c.args[0], c.args[1:])
	if err != nil {
		return err
	}
	d.write(1, tabbed(append([][]string{r.Titles}, r.Processes...), 20, 3))
	return nil
}

func (d *docker) diff(c *call) error {
	changes, err := d.engine.ContainerDiff(d.caller(), c.args[0])
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, change := range changes {
		fmt.Fprintf(&b, "%s %s\n", change.Kind, change.Path)
	}
	d.write(1, b.String())
	return nil
}

func (d *docker) commit(c *call) error {
	ref := ""
	if len(c.args) > 1 {
		ref = c.args[1]
		r, err := image.ParseReference(ref)
		if err != nil {
			return err
		}
		if r.Digest() != "" {
			return errors.New("refusing to create a tag with a digest reference")
		}
	}
	made, err := d.engine.ContainerCommit(d.caller(), c.args[0], api.CommitOptions{
		Reference: ref, Comment: c.text("message"), Author: c.text("author"), Changes: c.list("change"),
		NoPause: c.on("no-pause") || !c.on("pause"),
	})
	if err != nil {
		return err
	}
	d.printf("%s\n", made.ID)
	return nil
}

func (d *docker) export(c *call) error {
	if err := d.checkOutput(c.text("output"),
		"failed to export container: cowardly refusing to save to a terminal. Use the -o flag or redirect"); err != nil {
		return err
	}
	tar, err := d.engine.ContainerExport(d.caller(), c.args[0])
	if err != nil {
		return err
	}
	return d.writeBlob(tar, c.text("output"))
}
