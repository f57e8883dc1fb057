package applet

// unsimulated is what busybox 1.37 has beyond the applets here, by name: images link to it all, so these refuse to run
// for a reason of their own. busybox: include/applets.h, as Alpine and the busybox image are configured
const unsimulated = "acpid add-shell addgroup adduser adjtimex arping ascii base32 bbconfig bc beep blkdiscard blkid blockdev " +
	"bootchartd bunzip2 bzcat bzip2 chat chattr chpasswd chpst chrt chvt conspy cpio crc32 crond crontab cryptpw " +
	"cttyhack dc deallocvt delgroup deluser depmod devmem dhcprelay dnsd dnsdomainname dos2unix dumpkmap " +
	"dumpleases ed eject envdir envuidgid ether-wake factor fakeidentd fallocate fatattr fbset fbsplash fdflush " +
	"fdformat fdisk fgconsole findfs flock freeramdisk fsck fsck.minix fsfreeze fstrim fsync ftpd ftpget ftpput " +
	"fuser getopt getty halt hdparm hexedit hostid hush hwclock i2cdetect i2cdump i2cget i2cset i2ctransfer " +
	"ifconfig ifdown ifenslave ifplugd ifup inetd init insmod ionice iostat ipcalc ipcrm ipcs iprule iptunnel " +
	"kbd_mode killall5 klogd last link linux32 linux64 loadfont loadkmap logger login logread losetup lpd lpq lpr " +
	"lsattr lsmod lsof lspci lsscsi lsusb lzcat lzma lzop lzopcat makedevs makemime man mdev mesg microcom mim " +
	"mkdosfs mke2fs mkfs.ext2 mkfs.minix mkfs.vfat mkpasswd mkswap modinfo modprobe mountpoint mpstat mt nameif " +
	"nanddump nandwrite nbd-client nmeter nologin ntpd openvt partprobe passwd patch pipe_progress pivot_root " +
	"pmap popmaildir poweroff powertop pscan pstree pwdx raidautorun rdate rdev readahead readprofile reboot " +
	"reformime remove-shell renice resize resume rfkill rmmod route rtcwake run-init run-parts runsv runsvdir rx " +
	"script scriptreplay seedrng sendmail setarch setconsole setfattr setfont setkeycodes setlogcons setpriv " +
	"setserial setuidgid sha3sum showkey shred shuf slattach smemcap softlimit ssl_client start-stop-daemon " +
	"sulogin sum sv svc svlogd svok swapoff swapon switch_root syslogd taskset tcpsvd telnet telnetd tftp tftpd " +
	"traceroute6 tree ts tsort ttysize tunctl ubiattach ubidetach ubimkvol ubirename ubirmvol ubirsvol " +
	"ubiupdatevol udhcpc udhcpc6 udhcpd udpsvd uevent unix2dos unlink unlzma unlzop unshare unxz unzip uudecode " +
	"uuencode vconfig vlock volname watchdog who whois xz xzcat zcip"
