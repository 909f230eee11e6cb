; What the installer does beyond electron-builder's own script. Data is never removed behind anybody's back: by hand it is
; asked, silently it takes /DELETE_DATA. The entry that starts the program with the session goes with the program.

!macro customInit
  ; A silent installation per machine: Setup.exe /S /allusers
!macroend

!macro customInstall
  ; A policy of the administrator: Setup.exe /S /allusers /NOUPDATES
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/NOUPDATES" $R1
  ${IfNot} ${Errors}
    WriteRegDWORD SHCTX "Software\Policies\LanceurCOLD" "DisableUpdates" 1
  ${EndIf}
!macroend

LangString DeleteDataQuestion ${LANG_FRENCH} "Supprimer aussi les données de Lanceur COLD (configuration, registre des documents livrés, journaux) ?$\r$\n$\r$\nSans le registre, une nouvelle installation pourrait livrer une seconde fois des documents déjà livrés."
LangString DeleteDataQuestion ${LANG_ENGLISH} "Delete the data of Lanceur COLD too (configuration, register of delivered documents, logs)?$\r$\n$\r$\nWithout the register, a new installation might deliver documents once more."

!macro customUnInstall
  ${IfNot} ${isUpdated}
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "LanceurCOLD"
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "LanceurCOLD"
    ${GetParameters} $R0
    ClearErrors
    ${GetOptions} $R0 "/DELETE_DATA" $R1
    ${If} ${Errors}
      ${IfNot} ${Silent}
        MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(DeleteDataQuestion)" /SD IDNO IDNO keepData
        SetShellVarContext current
        RMDir /r "$APPDATA\LanceurCOLD"
        keepData:
      ${EndIf}
    ${Else}
      SetShellVarContext current
      RMDir /r "$APPDATA\LanceurCOLD"
    ${EndIf}
  ${EndIf}
!macroend
