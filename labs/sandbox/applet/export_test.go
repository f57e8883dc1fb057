package applet

// Unsimulated is the names that busybox has beyond the applets here.
const Unsimulated = unsimulated
