docker run -it --name @{container} ubuntu bash
unset HISTFILE
printf %@{bytes}s > /file
^D
