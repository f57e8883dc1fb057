package applet

const (
	bin     = "/bin"
	usrBin  = "/usr/bin"
	usrSbin = "/usr/sbin"
	sbin    = "/sbin"
)

// The rows: name, where it is installed, whether Debian's base image has it, usage, help, program.

func fileApplets() []Applet {
	return []Applet{
		{"basename", usrBin, true, "FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...", "Print FILE without its directories and SUFFIX", basenameCmd},
		{"cat", bin, true, "[-nbvteA] [FILE]...", "Print FILEs to standard output", catCmd},
		{"chgrp", bin, true, "[-RhLHPcvf]... GROUP FILE...", "Give FILEs to a group", chgrpCmd},
		{"chmod", bin, true, "[-Rcvf] MODE[,MODE]... FILE...", "Change permissions: octal, or [ugoa]{+|-|=}[rwxXst]", chmodCmd},
		{"chown", bin, true, "[-RhLHPcvf]... USER[:[GRP]] FILE...", "Give FILEs to a user, and a group", chownCmd},
		{"cp", bin, true, "[-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }", "Copy files and, with -r, directories", cpCmd},
		{"dd", bin, true, "[if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [conv=…]", "Copy blocks", ddCmd},
		{"df", bin, true, "[-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...", "Show how full file systems are", dfCmd},
		{"dirname", usrBin, true, "FILENAME", "Print FILENAME without its last part", dirnameCmd},
		{"du", usrBin, true, "[-aHLdclsxhmk] [FILE]...", "Show the space that files and directories take", duCmd},
		{"find", usrBin, true, "[-HL] [PATH]... [OPTIONS] [ACTIONS]", "Look for files below PATH", findCmd},
		{"install", usrBin, true, "[-cdDsp] [-o USER] [-g GRP] [-m MODE] [-t DIR] [SOURCE]... DEST", "Copy files and set their mode and owner", installCmd},
		{"ln", bin, true, "[-sfnbtv] [-S SUF] TARGET... LINK|DIR", "Give files another name", lnCmd},
		{"ls", bin, true, "[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...", "List files", lsCmd},
		{"mkdir", bin, true, "[-m MODE] [-p] DIRECTORY...", "Make directories", mkdirCmd},
		{"mkfifo", usrBin, true, "[-m MODE] NAME", "Make a named pipe", mkfifoCmd},
		{"mknod", bin, true, "[-m MODE] NAME TYPE [MAJOR MINOR]", "Make a device or a named pipe", mknodCmd},
		{"mktemp", bin, true, "[-dt] [-p DIR] [TEMPLATE]", "Make a temporary file and print its name", mktempCmd},
		{"mount", bin, true, "[OPTIONS] [-o OPT] DEVICE NODE", "Mount a file system, or list what is mounted", mountCmd},
		{"mv", bin, true, "[-finT] SOURCE DEST\nor: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }", "Rename or move files", mvCmd},
		{"readlink", usrBin, true, "[-fnv] FILE", "Print what a symbolic link says", readlinkCmd},
		{"realpath", usrBin, true, "FILE...", "Print absolute paths without links and dots", realpathCmd},
		{"rm", bin, true, "[-irf] FILE...", "Remove files and, with -r, directories", rmCmd},
		{"rmdir", bin, true, "[-p] DIRECTORY...", "Remove empty directories", rmdirCmd},
		{"stat", bin, true, "[-ltf] [-c FMT] FILE...", "Show what is known of files", statCmd},
		{"sync", bin, true, "[-df] [FILE]...", "Write what is pending to disk", syncCmd},
		{"touch", bin, true, "[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...", "Set times of FILEs, making those that are missing", touchCmd},
		{"truncate", usrBin, true, "[-c] -s SIZE FILE...", "Set the size of FILEs", truncateCmd},
		{"umount", bin, true, "[-rlfda] FILESYSTEM|DIRECTORY", "Unmount file systems", umountCmd},
		{"xargs", usrBin, true, "[OPTIONS] [PROG ARGS]", "Run PROG with arguments from standard input", xargsCmd},
	}
}

func textApplets() []Applet {
	return []Applet{
		{"awk", usrBin, true, "[OPTIONS] [AWK_PROGRAM] [FILE]...", "Run a program on every line: -F SEP, -v VAR=VAL, -f FILE", awkCmd},
		{"base64", bin, true, "[-d] [-w COL] [FILE]", "Encode or decode base 64", base64Cmd},
		{"cksum", usrBin, true, "FILE...", "Print CRC and size of files", cksumCmd},
		{"cmp", usrBin, true, "[-ls] [-n NUM] FILE1 [FILE2 [SKIP1 [SKIP2]]]", "Compare two files byte by byte", cmpCmd},
		{"comm", usrBin, true, "[-123] FILE1 FILE2", "Show what two sorted files have in common", commCmd},
		{"cut", usrBin, true, "[OPTIONS] [FILE]...", "Print parts of lines: -b, -c, -f LIST, -d SEP", cutCmd},
		{"diff", usrBin, true, "[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2", "Show how two files differ", diffCmd},
		{"echo", bin, true, "[-neE] [ARG]...", "Print ARGs", echoCmd},
		{"egrep", bin, true, "[-HhnlLoqvsrRiwF] PATTERN [FILE]...", "grep -E", grepCmd},
		{"expand", usrBin, true, "[-i] [-t N] [FILE]...", "Convert tabs to spaces", expandCmd},
		{"fgrep", bin, true, "[-HhnlLoqvsrRiwF] PATTERN [FILE]...", "grep -F", grepCmd},
		{"fold", usrBin, true, "[-bs] [-w WIDTH] [FILE]...", "Wrap lines", foldCmd},
		{"grep", bin, true, "[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...", "Print lines that match", grepCmd},
		{"hd", usrBin, false, "FILE...", "hexdump -C", hexdumpCmd},
		{"head", usrBin, true, "[OPTIONS] [FILE]...", "Print the first 10 lines: -n N, -c N", headCmd},
		{"hexdump", usrBin, false, "[-bcdoxCv] [-n LEN] [-s OFS] [FILE]...", "Show bytes as numbers", hexdumpCmd},
		{"join", usrBin, true, "[-a N] [-t CHAR] [-1 F] [-2 F] FILE1 FILE2", "Join lines of two sorted files on a field", joinCmd},
		{"less", usrBin, false, "[-EFIMmNSRh~] [FILE]...", "Show a file a screen at a time: space, b, /, q", pagerCmd},
		{"md5sum", usrBin, true, "[-c[sw]] [FILE]...", "Print or check MD5 sums", sumCmd},
		{"more", bin, true, "[FILE]...", "Show a file a screen at a time", pagerCmd},
		{"nl", usrBin, true, "[OPTIONS] [FILE]...", "Number lines", nlCmd},
		{"od", usrBin, true, "[-abcdfhilovxs] [-t TYPE] [-A RADIX] [-N SIZE] [-j SKIP] [FILE]...", "Show bytes as numbers", odCmd},
		{"paste", usrBin, true, "[-d LIST] [-s] [FILE]...", "Put lines of files side by side", pasteCmd},
		{"printf", usrBin, true, "FORMAT [ARG]...", "Print ARGs as FORMAT says", printfCmd},
		{"rev", usrBin, true, "[FILE]...", "Reverse lines", revCmd},
		{"sed", bin, true, "[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\nor: sed [-i[SFX]] [-nrE] CMD [FILE]...", "Edit a stream of lines", sedCmd},
		{"seq", usrBin, true, "[-w] [-s SEP] [FIRST [INC]] LAST", "Print numbers", seqCmd},
		{"sha1sum", usrBin, true, "[-c[sw]] [FILE]...", "Print or check SHA-1 sums", sumCmd},
		{"sha256sum", usrBin, true, "[-c[sw]] [FILE]...", "Print or check SHA-256 sums", sumCmd},
		{"sha512sum", usrBin, true, "[-c[sw]] [FILE]...", "Print or check SHA-512 sums", sumCmd},
		{"sort", usrBin, true, "[-nrughMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...", "Sort lines", sortCmd},
		{"split", usrBin, true, "[OPTIONS] [INPUT [PREFIX]]", "Cut a file into pieces: -l N, -b N", splitCmd},
		{"strings", usrBin, false, "[-fo] [-t o|d|x] [-n LEN] [FILE]...", "Print the texts in a binary file", stringsCmd},
		{"tac", usrBin, true, "[FILE]...", "Print lines, the last first", tacCmd},
		{"tail", usrBin, true, "[OPTIONS] [FILE]...", "Print the last 10 lines: -n N, -n +N, -c N, -f", tailCmd},
		{"tee", usrBin, true, "[-ai] [FILE]...", "Copy standard input to FILEs and standard output", teeCmd},
		{"tr", usrBin, true, "[-cds] STRING1 [STRING2]", "Translate, squeeze or delete characters", trCmd},
		{"unexpand", usrBin, true, "[-fa][-t N] [FILE]...", "Convert spaces to tabs", unexpandCmd},
		{"uniq", usrBin, true, "[-cduiz] [-f,s,w N] [FILE [OUTFILE]]", "Leave out repeated lines", uniqCmd},
		{"vi", bin, false, "[FILE]...", "Not here: see the message", viCmd},
		{"wc", usrBin, true, "[-cmlwL] [FILE]...", "Count lines, words and bytes", wcCmd},
		{"xxd", usrBin, false, "[-pri] [-g N] [-c N] [-l LEN] [-s OFS] [-o OFS] [FILE]", "Show bytes as numbers", xxdCmd},
		{"yes", usrBin, true, "[STRING]", "Print STRING for ever", yesCmd},
	}
}

func processApplets() []Applet {
	return []Applet{
		{"chroot", usrSbin, true, "NEWROOT [PROG ARGS]", "Run PROG with another root directory", chrootCmd},
		{"env", usrBin, true, "[-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]", "Show the environment, or run PROG in a changed one", envCmd},
		{"kill", bin, true, "[-l] [-SIG] PID...", "Send a signal to processes", killCmd},
		{"killall", usrBin, false, "[-lq] [-SIG] PROCESS_NAME...", "Send a signal to processes by name", killallCmd},
		{"nice", bin, true, "[-n ADJUST] [PROG ARGS]", "Run PROG with a changed priority", niceCmd},
		{"nohup", usrBin, true, "PROG ARGS", "Run PROG so that hanging up does not end it", nohupCmd},
		{"pgrep", usrBin, false, "[-flanovx] [-P PPID] PATTERN", "Find processes by name", pgrepCmd},
		{"pidof", bin, true, "[-s] [-o PID] [NAME]...", "Find the numbers of running programs", pidofCmd},
		{"pkill", usrBin, false, "[-l|-SIGNAL] [-fnovx] [-P PPID] PATTERN", "Send a signal to processes by name", pgrepCmd},
		{"printenv", bin, true, "[VARIABLE]...", "Print environment variables", printenvCmd},
		{"ps", bin, true, "[-o COL1,COL2=HEADER] [-T]", "Show processes", psCmd},
		{"setsid", usrBin, true, "[-c] PROG ARGS", "Run PROG in a new session", setsidCmd},
		{"sleep", bin, true, "[N]...", "Wait: seconds, or with s, m, h, d", sleepCmd},
		{"su", bin, true, "[-lmp] [-s SH] [-] [USER [FILE ARGS | -c 'CMD' [ARG0 ARGS]]]", "Run a shell as USER", suCmd},
		{"time", usrBin, false, "[-vpa] [-o FILE] PROG ARGS", "Run PROG and say how long it took", timeCmd},
		{"timeout", usrBin, true, "[-s SIG] [-k KILL_SECS] SECS PROG ARGS", "Run PROG for at most SECS seconds", timeoutCmd},
		{"top", usrBin, false, "[-bmH] [-n COUNT] [-d SECONDS]", "Show what processes do", topCmd},
		{"usleep", bin, false, "N", "Wait N microseconds", usleepCmd},
		{"watch", usrBin, false, "[-n SEC] [-t] PROG ARGS", "Run PROG again and again", watchCmd},
	}
}

func systemApplets() []Applet {
	return []Applet{
		{"[", usrBin, true, "", "", testCmd},
		{"[[", usrBin, false, "", "", testCmd},
		{"arch", bin, true, "-", "Print the machine's kind", archCmd},
		{"cal", usrBin, false, "[-jmy] [[MONTH] YEAR]", "Show a calendar", calCmd},
		{"clear", usrBin, true, "-", "Clear the screen", clearCmd},
		{"date", bin, true, "[OPTIONS] [+FMT] [[-s] TIME]", "Show the time: -u, -d TIME, -r FILE, -R, -I", dateCmd},
		{"dmesg", bin, true, "[-cr] [-n LEVEL] [-s SIZE]", "Print the kernel's messages: here there are none", dmesgCmd},
		{"expr", usrBin, true, "EXPRESSION", "Print the value of EXPRESSION", exprCmd},
		{"false", bin, true, "", "", falseCmd},
		{"free", usrBin, false, "[-bkmgh]", "Show free and used memory", freeCmd},
		{"groups", usrBin, true, "[USER]", "Print the groups that a user is in", groupsCmd},
		{"hostname", bin, true, "[-sidf] [HOSTNAME | -F FILE]", "Show or set the host name", hostnameCmd},
		{"id", usrBin, true, "[-ugGnr] [USER]", "Show who one is", idCmd},
		{"logname", usrBin, true, "-", "Print the name of who logged in", lognameCmd},
		{"nproc", usrBin, true, "[--all] [--ignore=N]", "Print the number of CPUs", nprocCmd},
		{"pwd", bin, true, "-", "Print the working directory", pwdCmd},
		{"reset", usrBin, true, "-", "Reset the terminal", resetCmd},
		{"stty", bin, true, "[-a] [-F DEVICE] [SETTING]...", "Show or change how the terminal is set", sttyCmd},
		{"test", usrBin, true, "", "", testCmd},
		{"true", bin, true, "", "", trueCmd},
		{"tty", usrBin, true, "[-s]", "Print the terminal's name", ttyCmd},
		{"uname", bin, true, "[-amnrspvio]", "Print what system this is", unameCmd},
		{"uptime", usrBin, false, "-", "Show how long the system has run", uptimeCmd},
		{"which", usrBin, true, "[-a] COMMAND...", "Find COMMANDs in PATH", whichCmd},
		{"whoami", usrBin, true, "-", "Print the user's name", whoamiCmd},
	}
}

func archiveApplets() []Applet {
	return []Applet{
		{"gunzip", bin, true, "[-cfkt] [FILE]...", "Expand FILEs", gzipCmd},
		{"gzip", bin, true, "[-cfkdt] [FILE]...", "Compress FILEs", gzipCmd},
		{"tar", bin, true, "c|x|t [-zahmvokO] [-f TARFILE] [-C DIR] [FILE]...", "Make, extract or list archives", tarCmd},
		{"zcat", bin, true, "[FILE]...", "Expand FILEs to standard output", gzipCmd},
	}
}
