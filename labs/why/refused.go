package why

import (
	"regexp"

	"dockerlearn/lessons"
)

// explanation is what one of Docker's error messages means. Its sentences take the groups of the pattern by number.
type explanation struct {
	message *regexp.Regexp
	en, zh  string
	lesson  lessons.LessonID
}

// refused says in plain words what an error message of docker means; nothing if it is not among those that are known.
func refused(message string) said {
	for _, x := range explanations() {
		m := x.message.FindStringSubmatch(message)
		if m == nil {
			continue
		}
		var groups []any
		for _, g := range m[1:] {
			groups = append(groups, g)
		}
		return say(x.en, x.zh, groups...).see(x.lesson)
	}
	return said{}
}

// explanations are tried in this order: the more special stands before the more general.
func explanations() []explanation {
	var list []explanation
	add := func(pattern, en, zh string, lesson ...lessons.LessonID) {
		x := explanation{message: regexp.MustCompile(pattern), en: en, zh: zh}
		if len(lesson) > 0 {
			x.lesson = lesson[0]
		}
		list = append(list, x)
	}
	// ports
	add(`Bind for (\S+):(\d+) failed: port is already allocated`,
		"port %[2]s of the host can belong to one container at a time, and another has it",
		"宿主机的 %[2]s 端口同一时间只能归一个容器，现在已被另一个占用")
	add(`failed to bind host port (\S+?):(\d+)/?\S*: address already in use`,
		"something listens on port %[2]s of the host already", "宿主机的 %[2]s 端口已被占用")
	add(`invalid (?:containerPort|hostPort|published port)|invalid port specification`,
		"a port is a number from 1 to 65535, as in -p 8080:80", "端口是 1 到 65535 之间的数字，写法如 -p 8080:80")
	// containers
	add(`container name "/?([^"]+)" is already in use`,
		"a name belongs to one container, and a stopped container keeps its name until it is removed",
		"一个名字只能给一个容器；容器停止后名字仍归它，删除后才能再用")
	add(`cannot remove container "/?([^"]+)": container is running`,
		"rm removes only containers that do not run; -f would kill it first", "rm 只删除没在运行的容器；加 -f 会先终止再删除")
	add(`cannot remove container "/?([^"]+)": container is paused`,
		"a paused container still has its processes: rm does not remove it", "暂停的容器里进程还在，rm 不会删除它")
	add(`cannot (?:kill|stop) container: (\S+): .*is not running`, "a container that does not run has no process to send a signal to",
		"容器没有运行，没有进程可以接收信号")
	add(`[Cc]ontainer (\S+) is not running`, "a container that does not run has no processes, and nothing can be started in it",
		"容器没有运行，里面没有任何进程，也就无法在其中执行命令")
	add(`[Cc]ontainer (\S+) is restarting`, "the container is between two starts: it ends again and again",
		"容器正处在两次启动之间：它不断退出又被重启")
	add(`[Cc]ontainer (\S+) is paused`, "a paused container gets no CPU time: nothing can be started in it",
		"暂停的容器分不到 CPU 时间，无法在其中执行命令")
	add(`No such container: (\S+)`, "no container has the name or id %[1]s, neither a running nor a stopped one",
		"没有名字或 ID 为 %[1]s 的容器，包括已停止的容器在内")
	add(`Minimum memory limit allowed is (\S+)`, "less memory than %[1]s is not enough to start any process",
		"内存上限低于 %[1]s 时，任何进程都启动不了")
	add(`[Cc]onflicting options: (.*)`, "two options contradict each other: %[1]s", "两个选项互相矛盾：%[1]s")
	add(`no such object: (\S+)`, "there is neither a container nor an image, network or volume named %[1]s",
		"没有名为 %[1]s 的容器、镜像、网络或数据卷")
	add(`Could not find the file (\S+) in container (\S+)`, "%[2]s has no file %[1]s", "容器 %[2]s 里没有文件 %[1]s")
	add(`container (\S+) is already paused`, "it is paused already: there is nothing more to pause", "容器已经是暂停状态")
	add(`Container (\S+) is not paused`, "only a paused container can be resumed", "只有暂停的容器才能恢复运行")
	add(`Invalid container name`, "a name has at least two characters, and begins with a letter or a digit", "容器名至少两个字符，并以字母或数字开头")
	add(`cannot join (\S+) namespace of a non running container`,
		"a namespace lives as long as its container runs: there is none to join", "命名空间只在容器运行时存在，现在没有可加入的")
	add(`Cannot link to a non running container`, "a link leads to a container that runs", "link 只能指向运行中的容器")
	// programs
	add(`Cannot mkdir: (\S+) is not a directory`, "%[1]s is a file in this container, so it cannot be where programs begin",
		"%[1]s 在这个容器里是文件，不能当工作目录")
	add(`chdir to cwd \("([^"]+)"\).*failed`, "the working directory %[1]s cannot be entered in this container", "容器里无法进入工作目录 %[1]s")
	add(`exec: "(-[^"]*)": executable file not found in \$PATH`,
		"what stands behind the image is the command to run in it: %[1]s was taken for a program, and there is none of that name (127)",
		"镜像名后面的内容是要在容器里执行的命令：%[1]s 被当成了程序名，而没有这个程序（127）")
	add(`exec: "([^"]+)": executable file not found in \$PATH`,
		"the program %[1]s is in none of the container's PATH directories: it is not in this image (127)",
		"容器 PATH 里的目录都没有 %[1]s：这个镜像不带该程序（127）")
	add(`exec: "([^"]+)": permission denied|exec ([^:\s]+): permission denied`,
		"%[1]s%[2]s is there, but it may not be executed: it has no x permission, or is a directory (126)",
		"%[1]s%[2]s 存在，但不能执行：没有 x 权限，或者它是目录（126）")
	add(`exec:? "?([^":\s]+)"?: (?:stat \S+: )?no such file or directory`,
		"there is no file %[1]s in the container, or the interpreter that its first line names is missing (127)",
		"容器里没有文件 %[1]s，或者它首行指定的解释器不存在（127）")
	add(`unable to find user (\S+): `, "the image's /etc/passwd has no user %[1]s", "镜像的 /etc/passwd 里没有用户 %[1]s")
	// images
	add(`(?:pull access denied for|repository) (\S+?),? (?:repository )?does not exist or may require`,
		"the registry has no %[1]s, or only for those who log in: it does not say which of the two",
		"镜像仓库里没有 %[1]s，或者需要登录才能看到：仓库不会说明是哪一种")
	add(`manifest (?:for )?(\S+).*not found|manifest unknown|failed to resolve reference "([^"]+)".*not found`,
		"the repository exists, but has no such tag: %[1]s%[2]s", "仓库存在，但没有这个标签：%[1]s%[2]s")
	add(`[Nn]o such image: (\S+)`, "%[1]s is not among the images of this host", "本机没有镜像 %[1]s")
	add(`unable to (?:delete|remove repository reference).*container ([0-9a-f]{12})`,
		"container %[1]s was made of this image and still needs its layers, even if it is stopped",
		"容器 %[1]s 由该镜像创建，即使已停止也还依赖它的层", imageAndInstance)
	add(`unable to delete.*referenced in multiple repositories`, "the image has several names; by its id it is removed only with -f",
		"该镜像有多个名字；按 ID 删除需要加 -f", imageAndInstance)
	add(`repository name \(?.*\)? ?must be lowercase`, "the name of an image has no capital letters", "镜像名字里不能有大写字母")
	add(`invalid reference format`, "this is not the form of an image's name: NAME, NAME:TAG or NAME@sha256:…",
		"镜像名字写法不对，应为 名字、名字:标签 或 名字@sha256:…")
	add(`denied: requested access|unauthorized|authentication required`, "the registry does not let this account do that",
		"镜像仓库不允许当前账号这样做")
	// networks
	add(`network (\S+) not found|No such network: (\S+)`, "no network has the name %[1]s%[2]s", "没有名为 %[1]s%[2]s 的网络")
	add(`network with name (\S+) already exists`, "a network named %[1]s exists already", "已有名为 %[1]s 的网络")
	add(`has active endpoints`, "containers that run are still on this network", "还有运行中的容器接在这个网络上")
	add(`endpoint with name (\S+) already exists in network (\S+)`, "%[1]s is on the network %[2]s already",
		"%[1]s 已经接入网络 %[2]s")
	add(`Pool overlaps with other one`, "another network has a part of these addresses already", "另一个网络已占用了其中一部分地址")
	add(`all predefined address pools have been fully subnetted`,
		"Docker takes subnets from a few ranges of its own, and each is in use by a network", "Docker 从自带的地址池里划分子网，现在已全部分给网络")
	add(`no available (?:IPv4 )?addresses`, "every address of this network's subnet is taken", "该网络的子网地址已全部用完")
	add(`user-specified IP address is supported on`, "an address can be chosen only on a network that somebody created, not on one of Docker's own",
		"只有在自己创建的网络里才能指定地址，Docker 自带的网络不行")
	add(`network-scoped aliases are only supported`, "the default bridge knows no names, so it knows no aliases either",
		"默认的 bridge 网络不解析容器名，也就没有别名")
	add(`[Aa]ddress already in use`, "another container has this address already", "这个地址已被另一个容器占用")
	add(`is not connected to (?:the )?network (\S+)`, "the container is not on the network %[1]s", "容器没有接入网络 %[1]s")
	add(`operation is not permitted on predefined (\S+) network`, "bridge, host and none are Docker's own and stay", "bridge、host 和 none 是 Docker 自带的网络，不能这样操作")
	add(`does not belong to any of this network's subnets`, "the address is outside of the network's subnet", "这个地址不在该网络的子网内")
	// volumes and mounts
	add(`volume name is too short`, "the name of a volume has at least two characters", "数据卷的名字至少两个字符", existingVolume)
	add(`mount path must be absolute`, "the place in the container has to be a path from the root: /…", "容器内的挂载位置必须写成以 / 开头的绝对路径", volumesAndBinds)
	add(`get (\S+): no such volume|[Nn]o such volume: (\S+)`, "no volume has the name %[1]s%[2]s",
		"没有名为 %[1]s%[2]s 的数据卷", existingVolume)
	add(`volume is in use`, "a container, running or stopped, still has this volume",
		"还有容器（包括已停止的）在使用这个数据卷", existingVolume)
	add(`bind source path does not exist: (\S+)`, "--mount binds only what exists: the host has no %[1]s (-v would have made a directory)",
		"--mount 只绑定已有的路径：宿主机上没有 %[1]s（换成 -v 则会自动创建目录）", volumesAndBinds)
	add(`[Aa]re you trying to mount a directory onto a file`, "a directory cannot be mounted on a file, nor a file on a directory",
		"目录不能挂到文件上，文件也不能挂到目录上", volumesAndBinds)
	add(`[Dd]uplicate mount point: (\S+)`, "two mounts were asked for at the same place, %[1]s",
		"在同一位置 %[1]s 要求了两个挂载", volumesAndBinds)
	add(`invalid volume specification|includes invalid characters for a local volume name`,
		"the part before the colon is a volume's name, or a path of the host that begins with /", "冒号前面是数据卷的名字，或者以 / 开头的宿主机路径", volumesAndBinds)
	add(`no space left on device`, "the host's disk is full: images, containers and volumes share it",
		"宿主机磁盘已满：镜像、容器和数据卷共用同一块磁盘", layeredCleanup)
	add(`[Rr]ead-only file system`, "the place that should be written to is mounted read-only", "要写入的位置是只读挂载")
	// the daemon and the command line
	add(`Cannot connect to the Docker daemon|failed to connect to the docker API`, "the docker command is only a client, and no daemon answers it",
		"docker 命令只是客户端，而守护进程没有回应")
	add(`cannot attach stdin to a TTY-enabled container`, "-t was asked for, and what is typed does not come from a terminal",
		"要求了 -t，但输入不是来自终端")
	add(`unknown (?:shorthand )?flag: (\S+)`, "docker reads flags before the image only as its own, and knows no %[1]s",
		"镜像名之前的选项都由 docker 自己解析，而它不认识 %[1]s")
	add(`requires (?:at least|exactly|at most)? ?\d+ argument|requires \d+ argument`, "the command was given too few or too many names",
		"命令后面的参数个数不对")
	add(`unknown command`, "docker has no such command", "docker 没有这个命令")
	add(`is not simulated`, "this program does not simulate it; a real Docker could do it",
		"本程序没有模拟这个功能，真正的 Docker 可以做到")
	return list
}
