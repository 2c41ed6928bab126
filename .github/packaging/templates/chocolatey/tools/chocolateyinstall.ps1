$ErrorActionPreference = 'Stop'
$releases = 'https://github.com/atcr-io/docker-credential-atcr/releases/download/v@VERSION@'
# Of the machine: Chocolatey itself may be an x64 program on arm64.
$machine = (Get-ItemProperty 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment').PROCESSOR_ARCHITECTURE
if ($machine -eq 'ARM64') {
    $url, $checksum = "$releases/docker-credential-atcr_@VERSION@_Windows_arm64.zip", '@SHA256_Windows_arm64@'
} else {
    $url, $checksum = "$releases/docker-credential-atcr_@VERSION@_Windows_x86_64.zip", '@SHA256_Windows_x86_64@'
}
# Chocolatey makes a shim for the program, and removes both when the package is removed.
$package = @{
    PackageName    = $env:ChocolateyPackageName
    UnzipLocation  = Split-Path -Parent $MyInvocation.MyCommand.Definition
    Url64bit       = $url
    Checksum64     = $checksum
    ChecksumType64 = 'sha256'
}
Install-ChocolateyZipPackage @package
