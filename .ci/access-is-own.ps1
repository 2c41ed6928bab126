# access-is-own.ps1 PROGRAM: keeps an account in this user's profile, in a folder that the program makes where everybody may
# read, and in one that it finds there; and fails if anybody but this user, the system and its administrators has access to
# what was written. For ci.yml's Windows machines.
param([Parameter(Mandatory)] [string] $Program)
$ErrorActionPreference = 'Stop'
$inProfile = Join-Path $env:USERPROFILE '.atcr'
if (Test-Path $inProfile) { throw "$inProfile is there already" }
$open = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
$credential = '{"ServerURL": "registry.example", "Username": "a.example", "Secret": "atcr_device_test"}'
$own = @(
    [Security.Principal.WindowsIdentity]::GetCurrent().User.Value
    'S-1-5-18'     # the system
    'S-1-5-32-544' # administrators
)

function Get-Other($Path) {
    (Get-Acl $Path).GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier]) |
        Where-Object { $_.AccessControlType -eq 'Allow' -and $own -notcontains $_.IdentityReference.Value }
}

try {
    New-Item -ItemType Directory $open | Out-Null
    $list = Get-Acl $open
    $everybody = [Security.Principal.SecurityIdentifier] 'S-1-1-0'
    $list.AddAccessRule([Security.AccessControl.FileSystemAccessRule]::new(
            $everybody, 'Read', 'ContainerInherit, ObjectInherit', 'None', 'Allow'))
    Set-Acl $open $list
    $found = Join-Path $open 'found'
    New-Item -ItemType Directory $found | Out-Null
    if (-not (Get-Other $found)) { throw "$found is not open: nothing would be seen" }
    foreach ($folder in $inProfile, (Join-Path $open 'made'), $found) {
        $env:ATCR_CONFIG_DIR = if ($folder -ne $inProfile) { $folder }
        $credential | & $Program store
        if ($LASTEXITCODE -ne 0) { throw "store failed with $LASTEXITCODE" }
        $files = @(Get-Item $folder) + @(Get-ChildItem $folder -Recurse -Force)
        if ($files.Name -notcontains 'device.json') { throw "no device.json in $folder" }
        # The lock of a folder that was found is older than the folder's list, and empty.
        foreach ($file in $files | Where-Object Name -ne 'device.json.lock') {
            $others = Get-Other $file.FullName
            if ($others) { throw "$($file.FullName) is open to $($others.IdentityReference.Value)" }
        }
        Write-Host "$folder is this user's own"
    }
} finally {
    $env:ATCR_CONFIG_DIR = $null
    foreach ($folder in $inProfile, $open) {
        if (Test-Path $folder) { Remove-Item $folder -Recurse -Force }
    }
}
