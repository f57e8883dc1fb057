package cli

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"dockerlearn/labs/sandbox/api"
)

// systemPrune removes what nothing uses. cli: cli/command/system/prune.go
func (d *docker) systemPrune(c *call) error {
	f := c.filters()
	images := "all dangling images"
	if c.on("all") {
		images = "all images without at least one container associated to them"
	}
	warnings := []string{"all stopped containers", "all networks not used by at least one container"}
	if c.on("volumes") {
		if len(f["until"]) > 0 {
			return errors.New(`ERROR: The "until" filter is not supported with "--volumes"`)
		}
		warnings = append(warnings, "all anonymous volumes not used by at least one container")
	}
	warnings = append(warnings, images, "unused build cache")
	if !c.on("force") && !d.confirm(pruneQuestion(warnings, f)) {
		return nil
	}
	var total uint64
	steps := []func() (string, uint64, error){
		func() (string, uint64, error) {
			r, err := d.engine.ContainerPrune(d.caller(), f)
			return deleted("Deleted Containers:", r.ContainersDeleted), r.SpaceReclaimed, err
		},
		func() (string, uint64, error) {
			r, err := d.engine.NetworkPrune(d.caller(), f)
			return deleted("Deleted Networks:", r.NetworksDeleted), 0, err
		},
		func() (string, uint64, error) {
			if !c.on("volumes") {
				return "", 0, nil
			}
			r, err := d.engine.VolumePrune(d.caller(), f)
			return deleted("Deleted Volumes:", r.VolumesDeleted), r.SpaceReclaimed, err
		},
		func() (string, uint64, error) {
			with := api.Filters{"dangling": {strconv.FormatBool(!c.on("all"))}}
			for k, v := range f {
				with[k] = v
			}
			r, err := d.engine.ImagePrune(d.caller(), with)
			return deleted("Deleted Images:", removedImages(r)), r.SpaceReclaimed, err
		},
		func() (string, uint64, error) {
			r, err := d.engine.BuildCachePrune(d.caller(), api.BuildCachePruneOptions{All: c.on("all"), Filters: f})
			return deleted("Deleted build cache objects:", r.CachesDeleted), r.SpaceReclaimed, err
		},
	}
	for _, step := range steps {
		text, freed, err := step()
		if err != nil && api.KindOf(err) != api.NotImplemented {
			return err
		}
		total += freed
		d.write(1, text)
	}
	d.printf("Total reclaimed space: %s\n", humanSize(float64(total), 4))
	return nil
}

func pruneQuestion(warnings []string, f api.Filters) string {
	q := "WARNING! This will remove:\n  - " + strings.Join(warnings, "\n  - ") + "\n"
	var with []string
	for _, name := range []string{"label", "label!", "until"} {
		for _, v := range f[name] {
			with = append(with, name+"="+v)
		}
	}
	if len(with) > 0 {
		slices.SortFunc(with, naturally)
		q += "\n  Items to be pruned will be filtered with:\n  - " + strings.Join(with, "\n  - ") + "\n"
	}
	return q + "\nAre you sure you want to continue?"
}

func (d *docker) containerPrune(c *call) error {
	if !c.on("force") && !d.confirm("WARNING! This will remove all stopped containers.\nAre you sure you want to continue?") {
		return nil
	}
	r, err := d.engine.ContainerPrune(d.caller(), c.filters())
	if err != nil {
		return err
	}
	d.write(1, reclaimed(deleted("Deleted Containers:", r.ContainersDeleted), r.SpaceReclaimed))
	return nil
}
