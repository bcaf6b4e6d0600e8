# Sourced by the other scripts: installs the Debian packages that are missing, saying which and why.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "This needs root, and there is no sudo here. Please run as root: $*" >&2
    exit 1
  fi
}

is_installed() {
  case $1 in
    nodejs) command -v node >/dev/null && return ;;
    npm | cmake | g++ | clang) command -v "$1" >/dev/null && return ;;
  esac
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# install_packages WHY PACKAGE...: fails where one cannot be installed.
install_packages() {
  why=$1
  shift
  if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian system: $why needs what Debian calls $*." >&2
    return 0
  fi
  missing=
  for package in "$@"; do
    is_installed "$package" || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  echo "Installing$missing ($why)"
  # shellcheck disable=SC2086  # the packages are words
  if ! apt-cache show $missing >/dev/null 2>&1; then
    as_root apt-get update -qq || return 1
  fi
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing </dev/null >/dev/null ||
    { as_root apt-get update -qq &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing </dev/null >/dev/null; }
}

install_build_packages() {
  command -v ninja >/dev/null || command -v make >/dev/null || install_packages "to run the build" ninja-build
  install_packages "compiler and libraries that equipoise is built from" \
    g++ cmake libeigen3-dev libboost-dev nlohmann-json3-dev libcli11-dev
  install_packages "npm fetches the charts of the report" ca-certificates nodejs npm ||
    echo "Going on without npm: the report will have tables and static drawings in place of interactive charts." >&2
}

# configure PRESET [OPTION...]: by Ninja where it is installed and the preset is not yet configured otherwise.
configure() {
  preset=$1
  shift
  if [ ! -e "build/$preset/CMakeCache.txt" ] && command -v ninja >/dev/null; then
    set -- -G Ninja "$@"
  fi
  echo "Configuring $preset"
  cmake --preset "$preset" "$@" >"build/$preset.log" 2>&1 || {
    cat "build/$preset.log" >&2
    exit 1
  }
  grep -A 3 "CMake Warning" "build/$preset.log" >&2 || true
}

jobs=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}
