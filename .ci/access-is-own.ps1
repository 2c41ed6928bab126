# access-is-own.ps1 PROGRAM: keeps an account in this user's profile, and fails if anybody but this user, the system and
# its administrators has access to what was written. For ci.yml's Windows machines.
param([Parameter(Mandatory)] [string] $Program)
$ErrorActionPreference = 'Stop'
$folder = Join-Path $env:USERPROFILE '.atcr'
if (Test-Path $folder) { throw "$folder is there already" }
$credential = '{"ServerURL": "registry.example", "Username": "a.example", "Secret": "atcr_device_test"}'
$own = @(
    [Security.Principal.WindowsIdentity]::GetCurrent().User.Value
    'S-1-5-18'     # the system
    'S-1-5-32-544' # administrators
)
try {
    $credential | & $Program store
    if ($LASTEXITCODE -ne 0) { throw "store failed with $LASTEXITCODE" }
    $files = @(Get-Item $folder) + @(Get-ChildItem $folder -Recurse -Force)
    if ($files.Name -notcontains 'device.json') { throw "no device.json in $folder" }
    foreach ($file in $files) {
        $others = (Get-Acl $file.FullName).GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier]) |
            Where-Object { $_.AccessControlType -eq 'Allow' -and $own -notcontains $_.IdentityReference.Value }
        if ($others) { throw "$($file.FullName) is open to $($others.IdentityReference.Value)" }
    }
} finally {
    if (Test-Path $folder) { Remove-Item $folder -Recurse -Force }
}
Write-Host "$(@($files).Count) files are this user's own"
