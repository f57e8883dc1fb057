package why

import "dockerlearn/lessons"

// The lessons that explain kinds of causes.
const (
	unionFS          lessons.LessonID = "union-fs"
	writePath        lessons.LessonID = "container-write-path"
	volumesAndBinds  lessons.LessonID = "volumes-vs-bind-mounts"
	existingVolume   lessons.LessonID = "use-existing-volume"
	imageAndInstance lessons.LessonID = "image-vs-container"
	layeredCleanup   lessons.LessonID = "layered-storage-cleanup"
)

// Lessons are those that links may point to.
func Lessons() []lessons.LessonID {
	return []lessons.LessonID{unionFS, writePath, volumesAndBinds, existingVolume, imageAndInstance, layeredCleanup}
}
