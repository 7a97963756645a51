#!/bin/sh
# Inside the guest, in the overlay of the host's root: starts udev, loads the drivers, runs the command, powers off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
project=$(cat /job/project)
case $project in /tmp/* | /run/*)
  mkdir -p "$project"
  mount -t 9p -o ro,cache=loose,trans=virtio,version=9p2000.L,msize=512000 project "$project"
  ;;
esac
# What the command will read, from memory instead of one by one from the host.
in_memory() { # a tar, the folder that it belongs to
  mkdir -p "/run/memory/$1" "$2"
  # tar reads 512 bytes at a time, and each read of /job goes to the host.
  /run/busybox cat "/job/$1" | /run/busybox tar -xf - -C "/run/memory/$1"
  mount -t overlay -o "ro,lowerdir=/run/memory/$1:$2" overlay "$2"
}
{
  in_memory project.tar "$project"
  in_memory compiled.tar "$(cat /job/compiled)"
} &
ip link set lo up 2>/dev/null
hostname kernel-bench 2>/dev/null
mkdir -p /run/udev
/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add --subsystem-match=virtio-ports --subsystem-match=mem
modprobe -a xhci_pci uhid hid-generic usbhid evdev ftdi_sio cdc_acm usblp libcomposite usb_f_hid usb_f_acm usb_f_printer \
  || echo "modprobe failed" > /dev/kmsg
# Four buses, so that a device can be moved from one USB port to another.
modprobe dummy_hcd num=4
[ -d /sys/kernel/config/usb_gadget ] || mount -t configfs configfs /sys/kernel/config
udevadm settle -t 60
wait
cut -d' ' -f1 /proc/uptime > /job/uptime
sh /job/command.sh > /dev/virtio-ports/out 2> /dev/virtio-ports/err < /dev/null
code=$?
echo $code > /job/exit-code
# A program that died of a signal: the kernel says where.
[ $code -lt 128 ] || dmesg | tail -n 20 > /dev/virtio-ports/err
sync
/run/busybox poweroff -f
