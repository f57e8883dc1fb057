package condition

import "testing"

func TestContainers(t *testing.T) {
	b := newBed(t,
		"docker run -d --name web nginx:alpine",
		"docker run -d --name box -e COLOUR=red --init --user 1000 --restart on-failure:3 --memory 64m --cpus 0.5 --pids-limit 20 alpine sleep 1d",
		"docker run --name job alpine sh -c 'exit 3' || true",
		"docker create --name idle alpine true",
		"docker run -d --name still alpine sleep 1d && docker pause still",
		"docker volume create data",
		"docker network create appnet",
	)
	b.run(t, "docker rm -f web && docker run -d --name web nginx:alpine")
	b.run(t, "docker volume rm data && docker volume create data")
	b.expect(t, []row{
		{"exists container web", true, "", ""},
		{"exists container cache", false, "there is no container cache", "没有叫 cache 的容器"},
		{"absent container web", false, "there is a container web", "有叫 web 的容器"},
		{"absent image redis:7", true, "", ""},
		{"not exists image alpine", false, "there is an image alpine", "有叫 alpine 的镜像"},
		{"running web", true, "", ""},
		{"running job", false, "job exited with code 3 at 09:00:01", "job 在 09:00:01 退出，退出码是 3"},
		{"running idle", false, "idle was created but never started", "idle 已创建，但从未启动"},
		{"running still", false, "still is paused", "still 已暂停"},
		{"running nobody", false, "there is no container nobody", "没有叫 nobody 的容器"},
		{"paused still", true, "", ""},
		{"exited job", true, "", ""},
		{"exited job 3", true, "", ""},
		{"exited job 0", false, "job exited with code 3 at 09:00:01", "job 在 09:00:01 退出，退出码是 3"},
		{"exited web", false, "web is running", "web 正在运行"},
		{"healthy web", false, "web runs, but has no health check", "web 在运行，但没有健康检查"},
		{"same box", true, "", ""},
		{"same web", false, "web is another container than in the beginning: the old one was removed or renamed", "web 已不是一开始的那个容器：原来的被删除或改名了"},
		{"same volume data", false, "data is another volume than in the beginning: the old one was removed or renamed", "data 已不是一开始的那个数据卷：原来的被删除或改名了"},
		{"same network appnet", true, "", ""},
		{"same image alpine", true, "", ""},
		{"runs web nginx:alpine", true, "", ""},
		{"runs box nginx:alpine", false, "box was made from alpine", "box 是从 alpine 创建的"},
		{"env box COLOUR=red", true, "", ""},
		{"env box COLOUR=blue", false, "box has COLOUR=red", "box 的环境变量是 COLOUR=red"},
		{"env box SHAPE=round", false, "box has no variable SHAPE", "box 没有环境变量 SHAPE"},
		{"user box 1000", true, "", ""},
		{"user web 1000", false, "web runs as root", "web 以用户 root 运行"},
		{"user web 0", true, "", ""},
		{"command box \"sleep 1d\"", true, "", ""},
		{"command box nginx", false, "the command of box is \"sleep 1d\"", "box 的启动命令是 \"sleep 1d\""},
		{"init box", true, "", ""},
		{"init web", false, "web has no init: its own program is process 1", "web 没有 init：它自己的程序就是 1 号进程"},
		{"restart-policy box on-failure", true, "", ""},
		{"restart-policy box on-failure:3", true, "", ""},
		{"restart-policy box on-failure:5", false, "the restart policy of box is on-failure:3", "box 的重启策略是 on-failure:3"},
		{"restart-policy web always", false, "the restart policy of web is no", "web 的重启策略是 no"},
		{"limit box memory <= 64MiB", true, "", ""},
		{"limit box memory <= 10MB", false, "the memory limit of box is 64MiB", "box 的内存上限是 64MiB"},
		{"limit box cpus <= 0.5", true, "", ""},
		{"limit box pids <= 10", false, "the process limit of box is 20", "box 的进程数上限是 20"},
		{"limit web cpus <= 1", false, "web has no CPU limit", "web 没有 CPU 上限"},
		{"not running web", false, "web is running", "web 正在运行"},
		{"any running job ; running idle", false, "job exited with code 3 at 09:00:01; idle was created but never started", "job 在 09:00:01 退出，退出码是 3；idle 已创建，但从未启动"},
		{"any running job ; running web", true, "", ""},
		{"all running web ; running job", false, "job exited with code 3 at 09:00:01", "job 在 09:00:01 退出，退出码是 3"},
	})
	b.run(t, "systemctl stop docker")
	b.expect(t, []row{
		{"running web", false, "the Docker daemon does not run", "Docker 守护进程没有在运行"},
		{"absent container nobody", false, "the Docker daemon does not run", "Docker 守护进程没有在运行"},
	})
}
