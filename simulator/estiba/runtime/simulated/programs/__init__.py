"""The programs of the simulated containers: implementations by executable name.

`MODULES` maps each name to the module here that registers it; a module loads when one of its
programs first runs. Programs speak as GNU coreutils 9.1 and its relatives in Debian 12 do, or as
BusyBox 1.35, by `process.flavour`. Shared ground: `options` (command lines), `quoting`,
`quantities`, `status`, `accounts`, `dates`, `asking`.
"""

_TABLE: dict[str, str] = {
    "printing": "echo true false yes sleep usleep clear reset",
    "formatting": "printf",
    "sequences": "seq factor",
    "viewing": "less more pager watch shuf dmesg who users last lastlog hostid sysctl",
    "launching": (
        "taskset unshare nsenter flock stdbuf linux32 linux64 renice mountpoint whereis service"
        " ldconfig update-alternatives update-rc.d start-stop-daemon getconf lscpu lsblk"
    ),
    "concatenation": "cat tac nl rev",
    "listing": "ls dir vdir",
    "copying": "cp mv install",
    "linking": "ln link readlink realpath",
    "ownership": "chmod chown chgrp",
    "identity": "id whoami groups logname uname arch hostname dnsdomainname nproc tty",
    "environment": (
        "env printenv pwd basename dirname which which.debianutils nohup nice ionice setsid chroot timeout time"
    ),
    "selection": "head tail wc tee",
    "columns": "cut tr paste comm",
    "sorting": "sort uniq",
    "grep": "grep egrep fgrep rgrep",
    "find": "find",
    "xargs": "xargs",
    "sed": "sed",
    "awk": "awk mawk gawk nawk",
    "facts": "stat date",
    "conditions": "test [ [[ expr",
    "blocks": "dd sync fsync",
    "usage": "du df mount umount free uptime w",
    "processes": "ps top",
    "signalling": "kill pidof pgrep pkill killall killall5",
    "checksums": (
        "md5sum sha1sum sha224sum sha256sum sha384sum "
        "sha512sum b2sum sha3sum cksum sum crc32 base64 base32"
    ),
    "dumps": "od hexdump hd xxd strings fold expand unexpand split cmp",
    "comparison": "diff",
    "archives": "tar",
    "zipping": "gzip gunzip zcat",
    "web_apache": "httpd-foreground apache2 apache2-foreground apachectl apache2ctl",
    "web_servers": "httpd nginx",
    "wget": "wget",
    "curl": "curl",
    "wires": "nc netcat ncat telnet ping ping6 nslookup host dig",
    "interfaces": "ip ifconfig route netstat ss arp",
    "packages": (
        "apt-get apt aptitude apk yum dnf microdnf dpkg dpkg-query rpm pip pip3 npm gem "
        "composer git"
        " go cargo"
    ),
    "users": ("useradd adduser groupadd addgroup usermod userdel deluser groupdel delgroup"),
    "switching": "getent su gosu su-exec setpriv runuser sudo passwd chpasswd chage",
    "services": (
        "hello redis-server mysqld mariadbd postgres mongod memcached php-fpm "
        "catalina.sh registry traefik"
        " haproxy influxd vault rabbitmq-server mysql-server mariadb mysqld_safe "
        "docker-entrypoint.sh"
        " docker-php-entrypoint entrypoint.sh python python3 python2 node ruby java irb "
        "jshell php perl"
        " gcc lua rustc mvn gradle mysql psql redis-cli mongo pause"
    ),
    "multicall": "busybox",
    "terminal_settings": "stty tput mesg setterm dircolors locale",
    "removal": "rm rmdir unlink",
    "creation": "mkdir touch mkfifo mknod truncate fallocate mktemp",
}

MODULES: dict[str, str] = {
    name: module for module, names in _TABLE.items() for name in names.split()
}
